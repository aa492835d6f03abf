"""Duties: tasks with owners, due times, acknowledgement and escalation.

May not enter: what starts a duty (playbooks, review), how a notice travels (notifications).
"""
