"""Interface text: Chinese is the source, other languages come from gettext catalogues in `yiyuan/locale`."""

import gettext as _gettext
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

LOCALES = Path(__file__).parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="zh_CN")


@lru_cache
def catalogue(language: str) -> _gettext.NullTranslations:
    """The catalogue of a language; Chinese, and any unknown language, shows the source text."""
    return _gettext.translation("yiyuan", LOCALES, [language], fallback=True)


def use_language(language: str) -> None:
    """Set the language of the current request or task."""
    _language.set(language)


def gettext(message: str) -> str:
    """`message` in the current language."""
    return catalogue(_language.get()).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of a message that fits `number`."""
    return catalogue(_language.get()).ngettext(singular, plural, number)


_ = gettext
