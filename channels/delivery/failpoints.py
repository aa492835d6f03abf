"""Named points of a delivery at which the chaos tests kill the process; in production they do nothing."""

from collections.abc import Callable


def _pass(_name: str) -> None: ...


_hook: Callable[[str], None] = _pass
#: Around each call: before its ledger row, after the row, after the answer, after the answer was saved.
POINTS = ("before_row", "after_row", "after_call", "after_save")


def arm(hook: Callable[[str], None] | None) -> None:
    """Set what happens at a point, named "step:point"; None disarms. For tests only."""
    global _hook  # noqa: PLW0603 - one hook per process is the point
    _hook = hook or _pass


def reached(step: str, point: str) -> None:
    """The delivery has come to this point."""
    _hook(f"{step}:{point}")
