"""The menu: what each role finds there, in the order of a working day."""

from console.web.area import MenuEntry, areas
from yiyuan.models import Staff
from yiyuan.staff.permissions import may


def entries() -> list[MenuEntry]:
    """Every entry there is."""
    return sorted((entry for area in areas().values() for entry in area.menu), key=lambda entry: entry.order)


def menu(staff: Staff) -> list[MenuEntry]:
    """The entries a person may open."""
    return [entry for entry in entries() if may(staff, entry.action)]
