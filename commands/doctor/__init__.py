"""`yiyuan doctor`: every fault of an installation in a Chinese sentence, each with its remedy.

A check looks and never repairs or creates. One that cannot look says so as a fault.
"""
