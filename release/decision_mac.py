"""The MAC of a decision: an HMAC, with a key outside the database, over everything a person signed."""

from yiyuan.canonical_json import canonical
from yiyuan.crypto.keyring import keyring
from yiyuan.models import (
    Decision,
)


def decision_mac(decision: Decision) -> str:
    """HMAC of everything a person signed with this decision."""
    names = (
        "revision_id",
        "level",
        "staff_id",
        "delegate_of",
        "verdict",
        "reason",
        "answers",
        "digest",
        "findings_digest",
        "signed_at",
    )
    return keyring().mac(b"decision:" + canonical({name: getattr(decision, name) for name in names}))
