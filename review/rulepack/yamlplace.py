"""Read YAML and remember on which line each value stands, so that an error can name it."""

from pathlib import Path
from typing import Any

import yaml

from review.rulepack.errors import PackError
from yiyuan.texts import _


class _Loader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice in one mapping."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _value in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key!r}", key_node.start_mark)
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class Placed:
    """One YAML file: its data, and the line of any path of keys and indexes in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
            self.data: Any = yaml.load(text, _Loader)  # noqa: S506 (a subclass of SafeLoader)
            self._root = yaml.compose(text, yaml.SafeLoader)
        except UnicodeDecodeError as error:
            raise PackError(path, 1, _("文件不是 UTF-8 编码")) from error
        except yaml.YAMLError as error:
            raise PackError(path, _line_of(error), _("YAML 写法有误：{problem}").format(problem=error)) from error

    def line(self, *keys: object) -> int:
        """The line (from 1) of the deepest part of the path that exists."""
        node, line = self._root, 1
        for key in keys:
            found = _child(node, key)
            if found is None:
                break
            node, line = found
        return line


def _line_of(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 1


def _child(node: yaml.Node | None, key: object) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            if key_node.value == str(key):
                return value, key_node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key].start_mark.line + 1
    return None
