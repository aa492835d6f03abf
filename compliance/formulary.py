"""The hospital's own formulary as word lists: generic and trade names, prescription drugs and devices."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from compliance.advertising import active_pack
from compliance.rulepack.errors import PackError
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.text.decoding import decode

FILE = "formulary.yaml"
#: Column -> what it must hold. A row needs a generic name; the rest may be empty.
GENERIC, TRADE, KIND, PRESCRIPTION = "通用名", "商品名", "类别", "处方药"
_YES = frozenset({"是", "Y", "y", "yes", "1", "处方药", "Rx"})
_DEVICE = frozenset({"器械", "医疗器械"})
_LEAST = 2


@dataclass(frozen=True)
class FormularyReport:
    """How many names of each list were taken in; `short` are names of two characters that ordinary texts may hold."""

    rows: int
    names: Mapping[str, int]
    short: tuple[str, ...]


def import_csv(raw: bytes) -> FormularyReport:
    """Replace the hospital's formulary by a CSV file, all or nothing; the pack is proved before it is used.

    Raises BadInput (Chinese, naming column or line) and leaves the old formulary when anything is wrong.
    """
    rows = list(_rows(raw))
    if not rows:
        raise BadInput(_("目录中没有一行药品或器械"), field="file")
    lists = _lists(rows)
    _replace(active_pack.own_folder(), lists)
    names = [name for words in lists.values() for name in words]
    return FormularyReport(
        len(rows), {k: len(v) for k, v in lists.items()}, tuple(n for n in names if len(n) == _LEAST)
    )


def _rows(raw: bytes) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(decode(raw, field="file"), newline=""))
    missing = [column for column in (GENERIC, PRESCRIPTION) if column not in (reader.fieldnames or ())]
    if missing:
        columns = "、".join(missing)
        raise BadInput(
            _("缺少列：{columns}（需要 通用名、商品名、类别、处方药）").format(columns=columns), field=missing[0]
        )
    for row in reader:
        clean = {key: (value or "").strip() for key, value in row.items() if key and isinstance(value, str | None)}
        if any(clean.values()):
            for name in (clean.get(GENERIC, ""), *_names(clean.get(TRADE, ""))):
                if len(name) < _LEAST or any(c.isspace() for c in name):
                    message = _("第 {line} 行的名称“{name}”不能用：至少两个字，不含空格")
                    raise BadInput(message.format(line=reader.line_num, name=name), field=GENERIC)
            yield clean


def _names(cell: str) -> list[str]:
    return [name.strip() for name in cell.replace("；", ";").replace("、", ";").split(";") if name.strip()]


def _lists(rows: Iterable[dict[str, str]]) -> dict[str, list[str]]:
    lists: dict[str, dict[str, None]] = {"rx_drug": {}, "otc_drug": {}, "trade_drug": {}, "device": {}}
    for row in rows:
        prescription = row[PRESCRIPTION] in _YES
        generic = "device" if row.get(KIND) in _DEVICE else "rx_drug" if prescription else "otc_drug"
        lists[generic][row[GENERIC]] = None
        if prescription or generic == "device":
            target = "device" if generic == "device" else "trade_drug"
            lists[target].update(dict.fromkeys(_names(row.get(TRADE, ""))))
    return {name: list(words) for name, words in lists.items() if words}


def _replace(folder: Path, lists: Mapping[str, list[str]]) -> None:
    """Write the list file; put the old one back when the pack with the new one does not prove itself."""
    folder.mkdir(parents=True, exist_ok=True)
    path, old = folder / FILE, None
    if path.exists():
        old = path.read_bytes()
    _write(path, yaml.safe_dump({"lists": dict(lists)}, allow_unicode=True).encode())
    active_pack.reload()
    try:
        active_pack.advertising()
    except PackError:
        path.unlink() if old is None else _write(path, old)
        active_pack.reload()
        raise


def _write(path: Path, body: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(body)
    part.replace(path)
