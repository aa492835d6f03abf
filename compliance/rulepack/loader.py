"""Load and validate a folder of pack files; every error names file and line."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from compliance.rulepack.errors import PackError
from compliance.rulepack.located_yaml import Placed
from compliance.rulepack.patterns import refuse_risky
from compliance.rulepack.regex_syntax import Risky
from compliance.rulepack.schema import (
    ContextFile,
    LetterFile,
    ListFile,
    OwnPackFile,
    Pack,
    PackFile,
    Rule,
    RuleFile,
    TopicFile,
    Voice,
)
from yiyuan.config_files.error_messages import sentence
from yiyuan.i18n import _
from yiyuan.text.folding import Folder

BUILT_IN = Path(__file__).parent
_NAMED = {"pack.yaml", "context.yaml", "letters.yaml", "topics.yaml"}
_LIST_NAME = re.compile(r"\{([a-z][a-z_0-9]*)\}")
Model = TypeVar("Model", bound=BaseModel)


def load(*more: Path, folder: Path = BUILT_IN) -> Pack:
    """The pack of `folder` plus the rules and lists of the folders `more` (the hospital's own).

    Raises PackError (Chinese, file and line) on an unknown key or class, a duplicate id, an unknown list,
    a regular expression that is none or could take too long. A list given twice is the union.
    """
    files = [_mapping(Placed(path)) for each in (folder, *more) for path in sorted(each.glob("*.yaml"))]
    named = {f.path.name: f for f in files if f.path.parent == folder and f.path.name in _NAMED}
    others = [f for f in files if f.path.name not in _NAMED]
    lists = _lists([f for f in others if "lists" in f.data])
    rules, places = _rules([f for f in others if "lists" not in f.data])
    own = [f for f in files if f.path.name == "pack.yaml" and f.path.parent != folder]
    built = _read(named, "pack.yaml", folder, PackFile)
    pack = Pack(
        version=built.version + _own_version(more),
        voice=_voice(built.voice, own),
        rules=[_expand(rule, lists) for rule in rules],
        lists=lists,
        context=_read(named, "context.yaml", folder, ContextFile),
        letters=_read(named, "letters.yaml", folder, LetterFile),
        **_read(named, "topics.yaml", folder, TopicFile).model_dump(),
        places={rule_id: f"{f.path.name}:{line}" for rule_id, (f, line) in places.items()},
    )
    for number, rule in enumerate(pack.rules):
        _check_rule(rule, rules[number], places[rule.id][0], pack)
    return pack


def _mapping(placed: Placed) -> Placed:
    if not isinstance(placed.data, dict):
        raise placed.fault(1, _("文件是空的，或最外层不是“rules:”“lists:”这样的键；不用的文件请移走"))
    return placed


def _own_version(folders: Sequence[Path]) -> str:
    """Tells the hospital's own files apart: a change of them is a new pack, too."""
    body = b"".join(path.read_bytes() for folder in folders for path in sorted(folder.glob("*.yaml")))
    return f"+{hashlib.sha256(body).hexdigest()[:8]}" if body else ""


def _voice(built: Voice, own: Sequence[Placed]) -> Voice:
    """The settings of the second voice, with what the hospital sets otherwise."""
    for placed in own:
        built = built.model_copy(update=_validate(placed, OwnPackFile).voice.model_dump(exclude_none=True))
    return built


def _read(named: dict[str, Placed], name: str, folder: Path, model: type[Model]) -> Model:
    if name not in named:
        raise PackError(folder / name, 1, _("缺少文件"))
    return _validate(named[name], model)


def _validate(placed: Placed, model: type[Model]) -> Model:
    try:
        return model.model_validate(placed.data)
    except ValidationError as error:
        first = error.errors()[0]
        raise PackError(placed.path, placed.line(*first["loc"]), sentence(first)) from error


def _lists(files: Sequence[Placed]) -> dict[str, list[str]]:
    union: dict[str, dict[str, None]] = {}
    for placed in files:
        for name, words in _validate(placed, ListFile).lists.items():
            union.setdefault(name, {}).update(dict.fromkeys(words))
    return {name: list(words) for name, words in union.items()}


def _rules(files: Sequence[Placed]) -> tuple[list[Rule], dict[str, tuple[Placed, int]]]:
    rules: list[Rule] = []
    places: dict[str, tuple[Placed, int]] = {}
    for placed in files:
        for index, rule in enumerate(_validate(placed, RuleFile).rules):
            line = placed.line("rules", index, "id")
            if rule.id in places:
                first, first_line = places[rule.id]
                where = f"{first.path.name}:{first_line}"
                what = _("规则编号 {id} 重复，已见于 {where}").format(id=rule.id, where=where)
                raise PackError(placed.path, line, what)
            rules.append(rule)
            places[rule.id] = (placed, line)
    return rules, places


def _expand(rule: Rule, lists: dict[str, list[str]]) -> Rule:
    def filled(pattern: str) -> str:
        return _LIST_NAME.sub(lambda m: _alternatives(lists[m[1]]) if m[1] in lists else m[0], pattern)

    return rule.model_copy(update={
        "triggers": [t.model_copy(update={"patterns": [filled(p) for p in t.patterns]}) for t in rule.triggers],
        "exempt": [filled(p) for p in rule.exempt],
        "exempt_sentence": [filled(p) for p in rule.exempt_sentence],
        "adjust": [a.model_copy(update={"when": filled(a.when)}) for a in rule.adjust],
    })  # fmt: skip


def _alternatives(words: Sequence[str]) -> str:
    return "(?:" + "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) + ")"


def _check_rule(rule: Rule, written: Rule, placed: Placed, pack: Pack) -> None:
    index = next(i for i, raw in enumerate(placed.data["rules"]) if raw["id"] == rule.id)
    for keys, name in _list_names(written):
        if name not in pack.lists:
            what = _("没有名为 {name} 的词表").format(name=name)
            raise PackError(placed.path, placed.line("rules", index, *keys), what)
    folder = Folder(pack.letters.traditional)
    for keys, pattern in _patterns(rule):
        try:
            # What runs is the folded form, and folding may turn a letter into a digit of a repeat.
            for form in dict.fromkeys((pattern, folder.pattern(pattern))):
                refuse_risky(form)
        except Risky as error:
            what = _("规则 {id} 的正则不可用：{error}").format(id=rule.id, error=error)
            raise PackError(placed.path, placed.line("rules", index, *keys), what) from error


def _list_names(rule: Rule) -> Iterator[tuple[tuple[object, ...], str]]:
    for t, trigger in enumerate(rule.triggers):
        yield from ((("triggers", t, "lists"), name) for name in trigger.lists)
        for n, near in enumerate(trigger.near):
            yield from ((("triggers", t, "near", n), name) for name in near.lists)
    for keys, pattern in _patterns(rule):
        yield from ((keys, name) for name in _LIST_NAME.findall(pattern))


def _patterns(rule: Rule) -> Iterator[tuple[tuple[object, ...], str]]:
    for t, trigger in enumerate(rule.triggers):
        yield from ((("triggers", t, "patterns", p), pattern) for p, pattern in enumerate(trigger.patterns))
    for key in ("exempt", "exempt_sentence"):
        yield from (((key, p), pattern) for p, pattern in enumerate(getattr(rule, key)))
    yield from ((("adjust", p, "when"), adjust.when) for p, adjust in enumerate(rule.adjust))


def example_place(folders: Sequence[Path], rule_id: str, kind: str, index: int) -> tuple[Path, int]:
    """File and line of one example of a rule, for the error that it does not hold."""
    for path in (p for folder in folders for p in sorted(folder.glob("*.yaml"))):
        placed = Placed(path)
        rules = placed.data.get("rules", [])
        for number, raw in enumerate(rules):
            if raw.get("id") == rule_id:
                return path, placed.line("rules", number, "examples", kind, index)
    return folders[0], 1
