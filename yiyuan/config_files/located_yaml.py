"""YAML that people write: its data, and on which line each value stands, so that an error can name the place."""

from pathlib import Path
from typing import Any

import yaml

from yiyuan.errors import BadInput
from yiyuan.i18n import _


class _Loader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice in one mapping."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _value in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, _("键“{key}”写了两次").format(key=key), key_node.start_mark
            )
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class PlacedYaml:
    """One YAML file. BadInput with file and line when it cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8-sig")
            self.data: Any = yaml.load(text, _Loader)  # noqa: S506 (a subclass of SafeLoader)
            self._root = yaml.compose(text, yaml.SafeLoader)
        except UnicodeDecodeError as error:
            raise self.fault(1, _("文件不是 UTF-8 编码")) from error
        except yaml.YAMLError as error:
            mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None) or str(error)
            message = _("YAML 写法有误：{problem}").format(problem=problem)
            raise self.fault(mark.line + 1 if mark else 1, message) from error

    def fault(self, line: int, what: str) -> BadInput:
        """The error that names this file and a line."""
        message = _("{file} 第 {line} 行：{what}").format(file=self.path.name, line=line, what=what)
        return BadInput(message, field=f"{self.path.name}:{line}")

    def line(self, *keys: object) -> int:
        """The line (from 1) of the deepest part of a path of keys and indexes that exists."""
        node, line = self._root, 1
        for key in keys:
            found = _child(node, key)
            if found is None:
                break
            node, line = found
        return line


def _child(node: yaml.Node | None, key: object) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            if key_node.value == str(key):
                return value, key_node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key].start_mark.line + 1
    return None
