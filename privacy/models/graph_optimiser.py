"""Rewriting models so that onnxruntime runs them faster, with the same outputs within rounding. Once, in the parent."""

from collections import defaultdict
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper


def freed(original: bytes) -> bytes:
    """A model whose weights are no graph inputs (such could not be folded), for any batch, height and width."""
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


def joined(original: bytes) -> bytes:
    """A model in which chains of operations with single numbers are joined; they cost as much as the convolutions.

    Convolution, times, plus: one convolution. Plus 3, clip, times, divided by 6: HardSigmoid and times. Times, plus: a
    1x1 convolution of each channel. So data stay in the blocked form of onnxruntime from one convolution to the next.
    """
    model = onnx.load_from_string(original)
    chains = _Chains(model.graph)
    nodes = [new for node in chains.nodes for new in chains.rewritten(node)]
    used = {name for node in nodes for name in node.input}
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    weights = chains.numbers.items()
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in weights if name in used)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


class _Chains:
    """The nodes of a graph in order, its numbers by name, and who reads what."""

    def __init__(self, graph: Any) -> None:
        self.numbers = {weight.name: numpy_helper.to_array(weight) for weight in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant":
                self.numbers[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        self.nodes = [node for node in graph.node if node.op_type != "Constant"]
        self._users: defaultdict[str, list[Any]] = defaultdict(list)
        for node in self.nodes:
            for name in node.input:
                self._users[name].append(node)
        self._channels: dict[str, int] = {}
        self._gone: set[str] = set()

    def rewritten(self, node: Any) -> list[Any]:
        """What stands for a node in the new graph, the nodes in order: itself, others, or nothing."""
        name = node.output[0]
        if name in self._gone:
            return []
        new = self._convolution(node) or self._hard_swish(node) or self._scale(node) or [node]
        known = [self._channels[value] for value in new[0].input if value in self._channels]
        width = len(self.numbers[new[0].input[1]]) if new[0].op_type == "Conv" else max(known, default=0)
        if width and new[-1].op_type in ("Conv", "Mul", "Add", "Relu", "BatchNormalization"):
            self._channels[new[-1].output[0]] = width
        return new

    def _next(self, node: Any, kind: str) -> Any:
        """The only reader of a node, when it is of this kind."""
        users = self._users[node.output[0]]
        return users[0] if len(users) == 1 and users[0].op_type == kind else None

    def _number(self, node: Any) -> float | None:
        """The single number a node works with."""
        single = [self.numbers[name] for name in node.input if name in self.numbers and self.numbers[name].size == 1]
        return float(single[0].reshape(-1)[0]) if len(single) == 1 else None

    def _times_plus(self, times: Any) -> tuple[float, float, Any] | None:
        """Factor, summand and last node of a chain that begins with `times`."""
        plus = self._next(times, "Add") if times is not None else None
        if plus is None:
            return None
        factor, summand = self._number(times), self._number(plus)
        return (factor, summand, plus) if factor is not None and summand is not None else None

    def _convolution(self, node: Any) -> list[Any] | None:
        times = self._next(node, "Mul") if node.op_type == "Conv" else None
        chain = self._times_plus(times)
        if times is None or chain is None:
            return None
        factor, summand, last = chain
        self._gone |= {times.output[0], last.output[0]}
        weight = self.numbers[node.input[1]]
        bias = self.numbers[node.input[2]] if len(node.input) > 2 else np.zeros(len(weight), np.float32)
        options = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        return [self._conv(node.input[0], last.output[0], weight * factor, bias * factor + summand, options)]

    def _conv(self, source: str, target: str, weight: Any, bias: Any, options: dict[str, Any]) -> Any:
        names = f"{target}/weight", f"{target}/bias"
        self.numbers |= {names[0]: weight.astype(np.float32), names[1]: bias.astype(np.float32)}
        return helper.make_node("Conv", [source, *names], [target], name=target, **options)

    def _hard_swish(self, node: Any) -> list[Any] | None:
        if node.op_type != "Add" or self._number(node) != 3.0:
            return None
        clip = self._next(node, "Clip")
        times = self._next(clip, "Mul") if clip else None
        over = self._next(times, "Div") if times else None
        if not clip or not times or not over or self._number(over) != 6.0:
            return None
        if [float(self.numbers[bound]) for bound in clip.input[1:]] != [0.0, 6.0]:
            return None
        self._gone |= {clip.output[0], times.output[0], over.output[0]}
        source = next(name for name in node.input if name not in self.numbers)
        gate = helper.make_node("HardSigmoid", [source], [clip.output[0]], name=clip.output[0], alpha=1 / 6, beta=0.5)
        return [gate, helper.make_node("Mul", [source, clip.output[0]], [over.output[0]], name=over.output[0])]

    def _scale(self, node: Any) -> list[Any] | None:
        chain = self._times_plus(node) if node.op_type == "Mul" else None
        source = next((name for name in node.input if name in self._channels), None)
        if chain is None or source is None:
            return None
        factor, summand, last = chain
        self._gone.add(last.output[0])
        count = self._channels[source]
        weight, bias = np.full((count, 1, 1, 1), factor), np.full(count, summand)
        return [self._conv(source, last.output[0], weight, bias, {"group": count, "kernel_shape": [1, 1]})]
