"""YAML of the rule pack: read as everywhere, its faults reported as faults of the pack."""

from compliance.rulepack.errors import PackError
from yiyuan.config_files.located_yaml import PlacedYaml


class Placed(PlacedYaml):
    """One file of the pack. PackError with file and line when it cannot be read."""

    def fault(self, line: int, what: str) -> PackError:
        """The error that names this file and a line."""
        return PackError(self.path, line, what)
