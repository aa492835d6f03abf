"""The rule pack: rules, word lists, language context and disguises as YAML files, and the loader that validates them.

May enter: data in *.yaml and what reads and refuses it. May not enter: matching (compliance), tables, pages.
"""

from compliance.rulepack.errors import PackError
from compliance.rulepack.loader import BUILT_IN, load
from compliance.rulepack.schema import Pack, Rule

__all__ = ["BUILT_IN", "Pack", "PackError", "Rule", "load"]
