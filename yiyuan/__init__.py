"""The kernel: settings, tables, the store, keys, audit, people and the clock that every room stands on.

It depends on nothing of ours. A business rule belongs to the room that owns it, not here.
"""
