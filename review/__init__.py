"""The gate: items and their revisions, intake, checks, review levels, waivers and the signed sheet.

What may be published is decided here and nowhere else. May not enter: calls to platforms, decoding of media (privacy),
Prefect, pages.
"""
