"""YAML that people write: its data, and on which line each value stands, so that an error can name the place."""

from pathlib import Path
from typing import Any

import yaml

from yiyuan.errors import BadInput
from yiyuan.i18n import _


class _Refused(yaml.constructor.ConstructorError):
    """A value that cannot be used; `problem` is a Chinese sentence."""

    def __init__(self, problem: str, mark: yaml.Mark) -> None:
        super().__init__(None, None, problem, mark)


class _Loader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice in one mapping, and says so of what it cannot read."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
            given = str(node.value)[:40] if isinstance(node, yaml.ScalarNode) else ""
            what = _("值“{given}”不可用：没有这一天，或不是这种写法；要当作文字请加引号").format(given=given)
            raise _Refused(what, node.start_mark) from error


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _value in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _Refused(_("键必须是一个词，不能是列表或键值"), key_node.start_mark)
        key = loader.construct_object(key_node)
        if key in seen:
            raise _Refused(_("键“{key}”写了两次").format(key=key), key_node.start_mark)
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))


def _tagged(_loader: _Loader, node: yaml.Node) -> Any:
    raise _Refused(_("不支持标签 {tag}，请删去，或给以 ! 开头的文字加引号").format(tag=node.tag), node.start_mark)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor(None, _tagged)


class PlacedYaml:
    """One YAML file. BadInput with file and line when it cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = ""
        try:
            text = path.read_text(encoding="utf-8-sig")
            self.data: Any = yaml.load(text, _Loader)  # noqa: S506 (a subclass of SafeLoader)
            self._root = yaml.compose(text, yaml.SafeLoader)
        except OSError as error:
            raise self.fault(1, _("读不到：它是文件夹、失效的链接，或没有读取权限；请改正或移走")) from error
        except UnicodeDecodeError as error:
            raise self.fault(1, _("文件不是 UTF-8 编码，请另存为 UTF-8")) from error
        except RecursionError as error:
            raise self.fault(1, _("括号或缩进嵌套得太深，请检查有没有多余的括号")) from error
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise self.fault(line, _("YAML 写法有误：含有不可见的控制字符，请删去")) from error
        except yaml.MarkedYAMLError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: yaml.MarkedYAMLError) -> BadInput:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        if isinstance(error, _Refused):
            return self.fault(line, str(error.problem))
        return self.fault(line, _("YAML 写法有误：请检查这一行和上一行的缩进、冒号后的空格、引号和括号"))

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
