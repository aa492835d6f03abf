"""A doctor's department against the topic of a text: a hint for the reviewer, never more than a warning."""

from collections import Counter

from compliance.rulepack import Pack

#: Topic words needed before a text is said to be about something.
LEAST_WORDS = 3


def foreign_topic(department: str, text: str, pack: Pack) -> str:
    """The department the text is about, when that is clearly another one than the author's; "" otherwise."""
    own = _topic_of(department, pack)
    if not own or any(word in department for word in pack.any_topic):
        return ""
    counts = Counter({name: sum(text.count(word) for word in words) for name, words in pack.topics.items()})
    (name, most), *_rest = counts.most_common(1)
    related = name in pack.related.get(own, ()) or own in pack.related.get(name, ())
    return name if most >= LEAST_WORDS and counts[own] == 0 and name != own and not related else ""


def _topic_of(department: str, pack: Pack) -> str:
    """The topic a department stands for, by its name or by an alias; "" when nobody can tell."""
    if not department:
        return ""
    for name in pack.topics:
        if name in department or department in name or any(alias in department for alias in pack.aliases.get(name, ())):
            return name
    return ""
