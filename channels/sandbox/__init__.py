"""The platforms as they document themselves, on this machine: for the demo, for drills and for the tests.

Speaks the same protocols as the real ones, remembers everything in its own folder, and fails on demand; nothing
posted here reaches the public. Of the product it may import the signature it has to check and the platforms' names.
"""
