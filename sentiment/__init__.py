"""What people say about us: comments and outside posts are stored, scored and joined into negative events.

Holds threads, mentions and events, the scorer, the opening rules, the volume and the pure `tier`; owns those rows.
No HTTP, no playbook: what an event starts is decided in `playbooks`, who may be asked for comments in `channels`.
"""
