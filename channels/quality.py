"""The quality scale of a platform: rules, each checked against the code where the platform's folder calls it done.

`channels/platforms/<code>/quality_scale.yaml` gives each rule one of: `done`; `todo`; `{exempt: why}`.
"""

from collections.abc import Callable
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from channels import registry
from channels.capabilities import Can
from channels.platform import Platform


class Rule(NamedTuple):
    """What a good channel does; `holds` asks the code."""

    title: str
    holds: Callable[[Platform], bool]


class Standing(StrEnum):
    """How a platform stands to a rule."""

    DONE = "done"
    TODO = "todo"
    EXEMPT = "exempt"


def _can(name: str) -> Callable[[Platform], bool]:
    return lambda platform: getattr(platform.capabilities, name) in (Can.YES, Can.ASSISTED, Can.GRANTED)


def _has_sandbox(platform: Platform) -> bool:
    return find_spec(f"channels.platforms.{platform.capabilities.platform}.sandbox") is not None


RULES: dict[str, Rule] = {
    "publishes": Rule("Publishes, by itself or by hand with proof", lambda p: _can("video")(p) or _can("article")(p)),
    "finds-lost-submit": Rule("Finds a submit whose answer was lost", _can("lookup")),
    "knows-state": Rule("Asks for the state of a post", _can("status")),
    "takes-down": Rule("Takes a post down", _can("delete")),
    "reads-comments": Rule("Reads comments", _can("comments")),
    "reads-counts": Rule("Reads counts", _can("metrics")),
    "replies": Rule("Replies to comments", _can("reply")),
    "takes-callbacks": Rule("Takes the platform's callbacks", _can("webhook")),
    "explains-credentials": Rule("Explains every credential", lambda p: all(f.help for f in p.adapter.fields)),
    "knows-its-names": Rule("Is recognised in vendors' exports", lambda p: bool(p.aliases)),
    "has-sandbox": Rule("Has a sandbox", _has_sandbox),
}


def _folder(code: str) -> Path:
    found = find_spec(f"channels.platforms.{code}")
    assert found is not None and found.origin is not None, "the registry imported it"
    return Path(found.origin).parent


def scale(code: str) -> dict[str, tuple[Standing, str]]:
    """Rule -> standing and, where exempt, why. ValueError for an unknown or missing rule or a wrong value."""
    path = _folder(code) / "quality_scale.yaml"
    given: dict[str, Any] = yaml.safe_load(path.read_text("utf-8")) or {}
    if given.keys() != RULES.keys():
        raise ValueError(f"{path.name} of {code}: rules differ: {sorted(given.keys() ^ RULES.keys())}")
    found = {}
    for name, value in given.items():
        if isinstance(value, dict) and value.keys() == {"exempt"} and value["exempt"]:
            found[name] = (Standing.EXEMPT, str(value["exempt"]))
        elif value in (Standing.DONE, Standing.TODO):
            found[name] = (Standing(value), "")
        else:
            raise ValueError(f"{path.name} of {code}: {name}: say done, todo or exempt with a reason")
    return found


def untrue(code: str) -> list[str]:
    """Rules that a platform calls done and the code does not bear out, or the other way round."""
    platform = registry.platforms()[code]
    return [
        name
        for name, (standing, _why) in scale(code).items()
        if (standing is Standing.DONE) != RULES[name].holds(platform)
    ]
