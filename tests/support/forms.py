"""What a person fills into the console's forms."""

import io
import re

from PIL import Image


def hidden_field(page: str, name: str) -> str:
    """The value that the page's form carries along under `name`."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def screenshot_png() -> bytes:
    """A white picture of a phone's shape."""
    target = io.BytesIO()
    Image.new("RGB", (300, 500), "white").save(target, "PNG")
    return target.getvalue()
