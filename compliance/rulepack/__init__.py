"""The rule pack: rules, word lists, language context and disguises as YAML files, and the loader that validates them.

May enter: data in *.yaml and what reads and refuses it. May not enter: matching (compliance), tables, pages.
"""
