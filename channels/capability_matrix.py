"""docs/reference/channels.md, written from the capabilities: `python -m channels.capability_matrix > FILE`."""

import sys

from channels import registry
from channels.capabilities import Can, Capabilities
from channels.quality import RULES, Standing, scale
from channels.registry import channel

_WORDS = {
    Can.YES: "yes",
    Can.NO: "no",
    Can.ASSISTED: "by hand",
    Can.GRANTED: "if granted",
    Can.LATER: "not yet used",
}
_ABILITIES = (
    ("video", "Publish a video"),
    ("article", "Publish an article"),
    ("schedule", "Platform's own schedule"),
    ("lookup", "Find a lost submit"),
    ("status", "Ask for the state"),
    ("delete", "Take down"),
    ("comments", "Read comments"),
    ("reply", "Reply"),
    ("hide", "Hide a comment"),
    ("metrics", "Counts"),
    ("webhook", "Webhook"),
)
_LIMITS = (
    ("max_title", "Title, characters"),
    ("max_body", "Text, characters"),
    ("max_tags", "Tags"),
    ("max_tags_length", "Tags together, characters"),
    ("max_video_bytes", "Video, bytes"),
    ("max_video_seconds", "Video, seconds"),
    ("max_cover_bytes", "Cover, bytes"),
    ("max_image_bytes", "Image in the text, bytes"),
    ("grace_seconds", "Wait before a look-up, seconds"),
    ("min_gap_seconds", "Gap between two posts, seconds"),
)
_HEAD = """# Channels

Generated from `channels/platforms/*/capabilities.py`; change those, then run
`python -m channels.capability_matrix > docs/reference/channels.md`.

"by hand": a person does it from a publish pack and proves it. "if granted": only where the platform allowed it to the
account. "not yet used": the platform offers it, the adapter does not use it yet. Only official interfaces count.
"""


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _limit(row: Capabilities, name: str) -> str:
    value = getattr(row, name)
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else f"{value:,}"


def _details(row: Capabilities) -> str:
    wanted = ", ".join(f"`{field.name}`" for field in channel(row.platform).fields) or "none"
    extra = ", ".join(f"`{name}` = {value!r}" for name, value in row.extra.items()) or "none"
    return (
        f"## {row.name} (`{row.platform}`)\n\n{row.note}\n\n"
        f"* Last compared with the documents: {row.verified.isoformat()}\n* Source: {row.source}\n"
        f"* Credentials: {wanted}\n* Platform fields of a variant, with what is sent otherwise: {extra}\n"
        f"{_quality(row.platform)}"
    )


def _quality(code: str) -> str:
    lines: dict[Standing, list[str]] = {standing: [] for standing in Standing}
    for name, (standing, why) in scale(code).items():
        lines[standing].append(RULES[name].title.lower() + (f" ({why})" if why else ""))
    heads = {Standing.DONE: "Done", Standing.TODO: "To do", Standing.EXEMPT: "Does not apply"}
    return "".join(f"* {heads[standing]}: {'; '.join(found)}\n" for standing, found in lines.items() if found)


def page() -> str:
    """The whole page."""
    rows = list(registry.all_capabilities().values())
    head = ["", *(row.name for row in rows)]
    abilities = [[words, *(_WORDS[getattr(row, name)] for row in rows)] for name, words in _ABILITIES]
    limits = [[words, *(_limit(row, name) for row in rows)] for name, words in _LIMITS]
    parts = [_HEAD, "## What each can do\n", _table(head, abilities), "\n## Limits\n", _table(head, limits), ""]
    return "\n".join([*parts, *(_details(row) for row in rows)]).rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
