"""Logins: sessions on the server, guessing slowed down, disabling takes effect at once."""

from datetime import timedelta

import pytest
import time_machine

from tests.conftest import PASSWORD
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Refused
from yiyuan.models import Staff
from yiyuan.staff import members, passwords, sessions


def test_a_session_opens_and_ends(staff: dict[str, Staff]) -> None:
    with transaction() as s:
        person = passwords.check_password(s, "doctor", PASSWORD)
        assert person is not None
        secret, csrf = sessions.open_session(s, person)
    with transaction() as s:
        found = sessions.session_of(s, secret)
        assert found is not None
        assert (found[0].login, found[1].csrf) == ("doctor", csrf)
        sessions.log_out(s, secret)
        assert sessions.session_of(s, secret) is None


def test_a_session_ends_by_itself(staff: dict[str, Staff]) -> None:
    with transaction() as s:
        secret, _csrf = sessions.open_session(s, staff["doctor"])
    with time_machine.travel(clock.now() + timedelta(hours=13)), transaction() as s:
        assert sessions.session_of(s, secret) is None


def test_disabling_ends_all_sessions(staff: dict[str, Staff]) -> None:
    with transaction() as s:
        secret, _csrf = sessions.open_session(s, staff["doctor"])
        members.set_active(s, s.get_one(Staff, staff["doctor"].id), False, actor=staff["administrator"])
        assert sessions.session_of(s, secret) is None
        assert passwords.check_password(s, "doctor", PASSWORD) is None


def test_guessing_is_stopped_and_then_allowed_again(staff: dict[str, Staff]) -> None:
    for _attempt in range(passwords.FAILURES_ALLOWED):
        with transaction() as s:
            assert passwords.check_password(s, "doctor", "wrong", "10.0.0.1") is None
    with transaction() as s, pytest.raises(Refused):
        passwords.check_password(s, "doctor", PASSWORD, "10.0.0.1")
    with time_machine.travel(clock.now() + timedelta(minutes=11)), transaction() as s:
        assert passwords.check_password(s, "doctor", PASSWORD, "10.0.0.1") is not None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"login": "a b"}, "login"), ({"name": " "}, "name"), ({"roles": []}, "roles"), ({"roles": ["king"]}, "roles"),
        ({"password": "short"}, "password"),
    ],
)  # fmt: skip
def test_bad_staff_names_the_field(staff: dict[str, Staff], change: dict[str, object], field: str) -> None:
    given = {"login": "new", "name": "新人", "roles": ["doctor"], "department": "", "password": PASSWORD} | change
    with transaction() as s, pytest.raises(BadInput) as caught:
        members.create_staff(s, **given)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_a_login_is_given_once(staff: dict[str, Staff]) -> None:
    with transaction() as s, pytest.raises(Conflict):
        members.create_staff(s, "doctor", "另一人", ["doctor"], "", PASSWORD)


def test_notice_addresses_are_kept_encrypted(staff: dict[str, Staff]) -> None:
    with transaction() as s:
        person = s.get_one(Staff, staff["doctor"].id)
        members.set_notice_urls(s, person, ["json://127.0.0.1/x?token=secret"], actor=person)
        assert b"secret" not in (person.notice_urls or b"")
        assert members.notice_urls(person) == ["json://127.0.0.1/x?token=secret"]
