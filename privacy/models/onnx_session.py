"""Sessions of onnxruntime, one core each: several pieces of work run at once instead. Runs in the child only."""

from pathlib import Path

import onnxruntime


def session(path: Path | str) -> onnxruntime.InferenceSession:
    """A session that works in the thread that calls it; any number of threads may."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
