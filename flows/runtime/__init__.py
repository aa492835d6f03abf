"""The processes that run the steps: today the worker, which starts periodic and due ones and awaits the short ones.

What is started, how often and how many at once stands in the catalogue; nothing here names a period of a step. How a
process shows that it lives and learns that it should stop is handed in by the command that starts it.
"""
