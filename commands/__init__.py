"""The `yiyuan` command: supervisor, worker, demo, doctor; one file per sub-command.

Nothing imports this package. No business rule may enter: a command reads its arguments, calls the domain and shows
the answer.
"""
