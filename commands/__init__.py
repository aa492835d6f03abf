"""The `yiyuan` command: supervisor, worker, demo, doctor; one file per sub-command.

Nothing imports this room. No business rule may enter: a command reads its arguments, calls a door and shows the answer.
"""
