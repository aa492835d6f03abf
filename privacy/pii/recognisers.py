"""Recognisers: functions from folded text to candidate spans. A new one is a function and a line in ALL.

May not enter: replacing (privacy.api.text does), anything about files or pictures.
"""

from collections.abc import Callable, Iterator

from privacy.pii import addresses, contacts, labelled_fields, names, numbers, quasi_identifiers
from privacy.pii.spans import Span

Recogniser = Callable[[str], Iterator[Span]]

ALL: tuple[Recogniser, ...] = (
    numbers.resident_ids,
    numbers.telephones,
    numbers.bank_cards,
    numbers.passports,
    numbers.plates,
    labelled_fields.numbers,
    labelled_fields.beds,
    labelled_fields.births,
    labelled_fields.addresses,
    addresses.addresses,
    contacts.emails,
    contacts.accounts,
    names.fields,
    names.in_context,
    names.guessed,
    quasi_identifiers.combinations,
)
