"""The console: the pages people work in, their sessions, the guard before every route, and the derived media they see.

It calls the domain packages to act and reads tables only to show them (console/queries).
No business rule, no SQL that writes, no platform call and nothing un-desensitised may enter.
"""
