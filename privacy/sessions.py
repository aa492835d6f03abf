"""Sessions of onnxruntime that leave the processor alone while they wait. Runs in the child only."""

import os

import onnxruntime


def session(path: str) -> onnxruntime.InferenceSession:
    """A session on all cores. Waiting threads sleep: spinning ones of four models would fight for the cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
