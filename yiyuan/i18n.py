"""Interface text: Chinese is the source, other languages come from gettext catalogues in `yiyuan/locale`."""

import gettext as _gettext
import io
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="zh_CN")


SOURCE = "zh_CN"


def languages() -> list[str]:
    """Chinese and every language that has a catalogue."""
    return [SOURCE, *sorted(path.parents[1].name for path in LOCALES.glob("*/LC_MESSAGES/yiyuan.po"))]


@lru_cache
def catalogue(language: str) -> _gettext.NullTranslations:
    """The catalogue of a language, read from its .po file so that nothing has to be compiled.

    Chinese, any unknown language, and what a catalogue does not translate show the source text.
    """
    if language == SOURCE or language not in languages():
        return _gettext.NullTranslations()
    with (LOCALES / language / "LC_MESSAGES" / "yiyuan.po").open("rb") as file:
        body = io.BytesIO()
        write_mo(body, read_po(file, locale=language))
    body.seek(0)
    return _gettext.GNUTranslations(body)


def use_language(language: str) -> None:
    """Set the language of the current request or task."""
    _language.set(language)


def gettext(message: str) -> str:
    """`message` in the current language."""
    return catalogue(_language.get()).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of a message that fits `number`."""
    return catalogue(_language.get()).ngettext(singular, plural, number)


def N_(message: str) -> str:
    """`message` as it is: marked for the catalogue here, translated when it is shown."""
    return message


_ = gettext
