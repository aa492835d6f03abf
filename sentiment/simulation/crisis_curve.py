"""A modelled crisis: how many comments come in which hour, and what they say. For the demo, drills and tests.

No hour-by-hour table of one hospital's case is public. The numbers are this project's own model: they start at 14:00,
have the evening peak at 20:00, the night trough, a second hump after a morning statement, and 29,769 comments in 72
hours; volume passes 1,000 in the third hour and 5,000 in the sixth.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sentiment.simulation import phrases
from yiyuan.comment import Comment

#: Comments in each hour since the start.
CURVE = (
    66, 427, 849, 1193, 1480, 1729, 1946, 1857, 1456, 793, 347, 195, 142, 126, 146, 230, 449, 742, 922, 974, 1012, 1029,
    982, 909, 855, 783, 701, 615, 555, 515, 486, 403, 282, 140, 57, 29, 16, 10, 8, 10, 16, 22, 74, 189, 300, 374, 396,
    388, 377, 352, 318, 281, 255, 237, 224, 186, 130, 65, 26, 13, 7, 5, 4, 5, 7, 10, 11, 10, 8, 6, 4, 3,
)  # fmt: skip
#: Shares of a crisis: kinds of comments, and what is odd about some of them.
COMPLAINING, ASKING = 0.8, 0.13
COPIED, LATE = 0.2, 0.05


@dataclass(frozen=True)
class Generated:
    """A generated comment. `offset`: seconds after the start when it was written; `arrives`: when a poll can see it."""

    number: int
    offset: float
    arrives: float
    author: str
    text: str

    def comment(self, start: datetime, *, prefix: str = "curve", pace: float = 1.0) -> Comment:
        """As an adapter would hand it over; `pace` 60 squeezes an hour into a minute."""
        written_at = start + timedelta(seconds=self.offset / pace)
        return Comment(f"{prefix}-{self.number}", self.author, self.text, written_at)


def comments(seed: int, hours: int = len(CURVE)) -> Iterator[Generated]:
    """The comments of the first `hours` hours in the order in which they arrive; the same seed gives the same ones.

    A fifth are near-copies of earlier ones, one in twenty arrives 10 to 40 minutes late and so out of order.
    """
    written = list(_written(random.Random(seed), min(hours, len(CURVE))))  # noqa: S311 - a replay, not a secret
    yield from sorted(written, key=lambda comment: (comment.arrives, comment.number))


def _written(dice: random.Random, hours: int) -> Iterator[Generated]:
    texts: list[str] = []
    number = 0
    for hour, amount in enumerate(CURVE[:hours]):
        for offset in sorted(dice.uniform(hour * 3600, (hour + 1) * 3600) for _ in range(amount)):
            number += 1
            text = _copied(dice, dice.choice(texts)) if texts and dice.random() < COPIED else _said(dice)
            texts = [*texts[-400:], text] if len(texts) > 500 else texts
            if len(texts) <= 500:
                texts.append(text)
            late = dice.uniform(600, 2400) if dice.random() < LATE else dice.uniform(0, 20)
            yield Generated(number, offset, offset + late, f"用户{dice.randrange(20_000):05d}", text)


def _said(dice: random.Random) -> str:
    """One comment: a complaint of several parts, a question, or support."""
    roll = dice.random()
    if roll < COMPLAINING:
        text = _complaint(dice)
    else:
        text = dice.choice(phrases.OPENINGS) * (dice.random() < 0.4)
        text += dice.choice(phrases.CALM if roll < COMPLAINING + ASKING else phrases.SUPPORT)
    parts = {name: dice.choice(getattr(phrases, name.upper())) for name in ("when", "who", "reason")}
    place, money = dice.choice(phrases.PLACES), dice.randint(3, 90) * 100
    return text.format(place=place, hours=dice.randint(2, 6), money=money, **parts)


def _complaint(dice: random.Random) -> str:
    """What happened, how they answered, what one feels and wants; parts left out as people do, 10 to 80 characters."""
    scene = dice.choice(
        ("{when}{who}{reason}去{place}，", "{who}{reason}，", "在{place}", "{when}在{place}，", "{place}", "")
    )
    clauses = [
        *dice.sample(phrases.ACTS, dice.choice((0, 1, 1, 2))),
        *dice.sample(phrases.RESPONSES, dice.choice((0, 1, 1))),
        *dice.sample(phrases.FEELINGS, 1),
        *dice.sample(phrases.DEMANDS, dice.choice((0, 0, 1))),
    ]
    ending = dice.choice(phrases.ENDINGS) if dice.random() < 0.4 else ""
    opening = dice.choice(phrases.OPENINGS) if dice.random() < 0.4 else ""
    return opening + scene + "，".join(clauses) + ending


def _copied(dice: random.Random, text: str) -> str:
    """The text as somebody else pastes it: a picture at the end, a sign dropped, a character doubled."""
    change = dice.randrange(4)
    if change == 0:
        return text + dice.choice(("👍", "😡", "[怒]", "🙏", "！！", "。。。", "转"))
    if change == 1:
        return text.replace("，", " ", 1)
    if change == 2 and len(text) > 6:
        place = dice.randrange(1, len(text) - 1)
        return text[:place] + text[place] + text[place:]
    return text
