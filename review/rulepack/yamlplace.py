"""YAML of the rule pack: read as everywhere, its faults told as faults of the pack."""

from review.rulepack.errors import PackError
from yiyuan.yamlplace import PlacedYaml


class Placed(PlacedYaml):
    """One file of the pack. PackError with file and line when it cannot be read."""

    def fault(self, line: int, what: str) -> PackError:
        """The error that names this file and a line."""
        return PackError(self.path, line, what)
