"""Codes of the outbox."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class OutboxState(Code):
    """States of a step that must run."""

    READY = "ready", N_("待执行"), "blue"
    RUNNING = "running", N_("执行中"), "blue"
    DONE = "done", N_("已完成"), "green"
    FAILED = "failed", N_("多次失败"), "red"
