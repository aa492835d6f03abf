"""Recognisers: functions from folded text to candidate spans. A new one is a function and a line in ALL.

May not enter: replacing (privacy.text does), anything about files or pictures.
"""

from collections.abc import Callable, Iterator

from privacy.recognise import fields, names, numbers, online, places, quasi
from privacy.recognise.spans import Span

Recogniser = Callable[[str], Iterator[Span]]

ALL: tuple[Recogniser, ...] = (
    numbers.resident_ids,
    numbers.telephones,
    numbers.bank_cards,
    numbers.passports,
    numbers.plates,
    fields.numbers,
    fields.beds,
    fields.births,
    fields.addresses,
    places.addresses,
    online.emails,
    online.accounts,
    names.fields,
    names.in_context,
    names.guessed,
    quasi.combinations,
)
