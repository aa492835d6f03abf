"""The platforms as they document themselves, on this machine: for the demo, for drills and for the tests.

Speaks the same protocols as the real ones, remembers everything in its own folder, and fails on demand. It may not
import anything of the product but the signature it has to check; nothing posted here reaches the public.
"""
