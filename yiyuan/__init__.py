"""The kernel: settings, tables, the store, keys, audit, people and the clock that every package uses.

It depends on nothing of ours. A business rule belongs to the package that owns it, not here.
"""
