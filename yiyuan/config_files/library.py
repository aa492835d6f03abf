"""Files of one kind: those shipped with the program, and the hospital's own in the data folder, which win by name."""

from pathlib import Path

from yiyuan.settings import settings


def yaml_files(shipped: Path, own: str) -> dict[str, Path]:
    """Name to file, sorted. own: folder inside the data folder, such as `playbooks`; it need not exist."""
    folders = (shipped, settings().home / own)
    found = {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}
    return dict(sorted(found.items()))
