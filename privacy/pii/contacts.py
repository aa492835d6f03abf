"""Addresses on the net: e-mail, WeChat and QQ accounts of people (a hospital's public account is none)."""

import re
from collections.abc import Iterator

from privacy.pii.spans import Span

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}"
    r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}(?![A-Za-z0-9-])"
)
_WECHAT = re.compile(
    r"(?:微信(?!公众|小程序|视频号|服务号|订阅号)(?:号|ID)?|weixin|wechat|威信|薇信|V信|加V|(?<![A-Za-z])(?:VX|WX|QQ号?))"
    r"[ \t]*(?:[:：=]|是|为|联系)?\s{0,2}(?P<v>[A-Za-z][-_A-Za-z0-9]{5,19}|\d{5,12})(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses."""
    for match in _EMAIL.finditer(text):
        yield Span("email", *match.span(), 3)


def accounts(text: str) -> Iterator[Span]:
    """WeChat and QQ accounts behind their label."""
    for match in _WECHAT.finditer(text):
        yield Span("wechat", *match.span("v"), 3)
