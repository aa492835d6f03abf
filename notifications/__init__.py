"""Notices to staff: rows written with the change they report, sent outside afterwards, repeated until taken.

The only package that knows Apprise. May not enter: what a notice is about.
"""
