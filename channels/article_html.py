"""The HTML of an article: which images it shows, and the same HTML with the platform's addresses in their place.

公众号 drops images from elsewhere, so each has to be uploaded and its address exchanged first.
"""

import re
from collections.abc import Mapping
from html import escape, unescape

#: Characters that the address of an uploaded picture takes, generously; seen: about 140.
ADDRESS = 160
_IMAGE = re.compile(r"""(<img\b[^>]*?\bsrc\s*=\s*)("([^"]*)"|'([^']*)')""", re.IGNORECASE)
#: What a variant may show: an asset of its own revision.
_ASSET = re.compile(r"^(?:asset:|/media/)(\d+)$")


def sources(body: str) -> list[str]:
    """The distinct image addresses in the order they appear."""
    return list(dict.fromkeys(unescape(match[3] or match[4] or "") for match in _IMAGE.finditer(body)))


def asset_id(source: str) -> int | None:
    """The asset an image address means ("/media/12", "asset:12"); None for any other address."""
    match = _ASSET.match(source)
    return int(match[1]) if match else None


def sent_length(body: str) -> int:
    """Characters of the body once every image carries the platform's address."""
    return len(_IMAGE.sub(lambda m: f'{m[1]}"{"x" * ADDRESS}"', body))


def with_images(body: str, urls: Mapping[str, str]) -> str:
    """The body with each image address exchanged; KeyError when one has no other."""
    return _IMAGE.sub(lambda m: f'{m[1]}"{escape(urls[unescape(m[3] or m[4] or "")], quote=True)}"', body)
