"""One spelling for one meaning, before anything is scored, matched or compared."""

import re
import unicodedata

#: Bracket names under which Chinese platforms write a picture, and the emoji that show it.
PICTURES = {
    "赞": "👍⭐🌟✨💯",
    "鼓掌": "👏",
    "祈祷": "🙏",
    "鲜花": "🌹💐🌸🌺",
    "庆祝": "🎉",
    "心": "❤💕💖💗💓🧡💛💚💙💜",
    "爱你": "🥰",
    "亲亲": "😘",
    "色": "😍",
    "微笑": "😊🙂☺😌",
    "嘻嘻": "😀😁😃",
    "哈哈": "😄😆",
    "笑cry": "🤣😂",
    "泪": "😭😢😿",
    "悲伤": "😥😩😫😖😣",
    "失望": "😞😔😟🙁☹",
    "伤心": "💔",
    "怒": "😡😠👿",
    "怒骂": "🤬🖕",
    "哼": "😤",
    "弱": "👎",
    "吐": "🤮🤢",
    "白眼": "🙄",
    "鄙视": "😒🤡",
    "汗": "😓😅😰",
    "害怕": "😨",
    "吃惊": "😱😮😲",
    "思考": "🤔",
    "加油": "💪✊",
    "耶": "✌",
    "ok": "👌",
    "握手": "🤝",
    "蜡烛": "🕯",
    "doge": "🐶",
    "便便": "💩",
    "刀": "🔪",
    "生病": "😷🤒",
    "抱抱": "🤗",
    "蛋糕": "🎂",
    "太阳": "🌞☀",
    "可怜": "🥺",
    "困": "😪",
    "无语": "😑😐😶",
}
_NAMES = {char: f"[{name}]" for name, chars in PICTURES.items() for char in chars}
_EMOJI = re.compile(f"[{''.join(_NAMES)}]")
#: Joiners, variation selectors, skin tones, direction marks, controls: invisible, and used to slip past word lists.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u034f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s\u3000-\u9fff,;<>\"']+", re.I)
_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
_DIGITS = re.compile(r"\d{3}")
_AT = re.compile(r"(?<![A-Za-z0-9.])@[\w\-·]{1,30}:?")
_SPACE = re.compile(r"\s+")
_REPEAT = re.compile(r"(.)\1{3,}")


def clean(text: str) -> str:
    """The text as it is kept: no control characters and no lone surrogates, which a database would refuse."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").strip()


def normalise(text: str) -> str:
    """NFKC, lower case, emoji as bracket names; addresses, people and phones masked; blanks and runs shortened."""
    text = _EMOJI.sub(lambda hit: _NAMES[hit[0]], clean(text))
    text = unicodedata.normalize("NFKC", text)
    text = _INVISIBLE.sub("", text).lower()
    text = _URL.sub("<url>", text)
    if _DIGITS.search(text):  # the exact pattern is slow, and few comments hold a number
        text = _PHONE.sub("<phone>", text)
    text = _AT.sub("@用户 ", text)
    return _REPEAT.sub(r"\1\1\1", _SPACE.sub(" ", text)).strip()
