"""The HTML of an article: cover, summary, paragraphs, the attached pictures, source, author, AI sign and disclaimer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from yiyuan.codes import AiLabel
from yiyuan.i18n import _
from yiyuan.models import Asset

#: A line of its own that says where the pictures of the n-th attachment stand: ［图1］.
_PLACE = re.compile(r"[\[［【]\s*图\s*(\d{1,3})\s*[\]］】]")


@dataclass(frozen=True)
class Figures:
    """The pictures of one attachment, desensitised, and how many pages it has."""

    pictures: Sequence[Asset]
    pages: int


def article(texts: dict[str, str], own: str, cover: Asset | None, figures: Sequence[Figures], ai_label: AiLabel) -> str:
    """A self-contained HTML article. Pictures that no line places follow the text, in the order of the attachments."""
    main = own or texts.get("script") or texts.get("caption") or texts.get("summary") or ""
    parts = [_picture(cover, texts["title"])] if cover else []
    if texts.get("summary") and texts["summary"] not in main:
        parts.append(f"<blockquote><p>{escape(texts['summary'])}</p></blockquote>")
    parts += _with_figures(main, texts["title"], figures)
    closing = [" ".join((texts["department_line"], texts["author_line"]))]
    if texts.get("source"):
        closing.append(_("来源：{source}").format(source=texts["source"]))
    closing += [line for line in (ai_line(ai_label), texts.get("disclaimer", "")) if line]
    return "\n".join([*parts, "<hr>", *(f"<p><small>{escape(line)}</small></p>" for line in closing)])


def ai_line(label: AiLabel) -> str:
    """The visible sign of machine-made content; "" when there is none."""
    return {
        AiLabel.NONE: "",
        AiLabel.ASSISTED: _("本内容由 AI 辅助制作"),
        AiLabel.GENERATED: _("本内容由 AI 生成"),
    }[label]


def _with_figures(main: str, title: str, figures: Sequence[Figures]) -> Iterator[str]:
    placed: set[int] = set()
    for line in (line.strip() for line in main.splitlines()):
        found = _PLACE.fullmatch(line)
        number = int(found[1]) if found else 0
        if 0 < number <= len(figures) and figures[number - 1].pictures:
            placed.add(number)
            yield from _figure(figures[number - 1], number, title)
        elif line:
            yield f"<p>{escape(line)}</p>"
    for number, figure in enumerate(figures, 1):
        if number not in placed:
            yield from _figure(figure, number, title)


def _figure(figure: Figures, number: int, title: str) -> Iterator[str]:
    named = _("{title}：图{number}").format(title=title, number=number)
    several = len(figure.pictures) > 1
    for page, picture in enumerate(figure.pictures, 1):
        yield _picture(picture, f"{named}-{page}" if several else named)
    if several and figure.pages > len(figure.pictures):
        note = _("（附件共 {pages} 页，此处为前 {shown} 页）").format(pages=figure.pages, shown=len(figure.pictures))
        yield f"<p><small>{note}</small></p>"


def _picture(picture: Asset, alt: str) -> str:
    return f'<p><img src="asset:{picture.id}" alt="{escape(alt)}"></p>'
