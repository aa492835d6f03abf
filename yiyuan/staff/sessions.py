"""Server-side sessions: the cookie holds a secret, the table its sha256."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from yiyuan import audit, clock
from yiyuan.codes import AuditAction
from yiyuan.models import Staff, WebSession
from yiyuan.settings import settings


def sha256_of(secret: str) -> str:
    """What the table keeps of a cookie's secret, hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_session(s: Session, staff: Staff) -> tuple[str, str]:
    """A new session; returns the cookie's secret and the CSRF token."""
    secret, csrf, moment = secrets.token_urlsafe(32), secrets.token_urlsafe(24), clock.now()
    ends = moment + timedelta(hours=settings().session_hours)
    s.add(
        WebSession(
            token_sha256=sha256_of(secret),
            staff_id=staff.id,
            csrf=csrf,
            created_at=moment,
            seen_at=moment,
            expires_at=ends,
        )
    )
    audit.append(s, staff, AuditAction.LOGIN_OPEN, f"staff:{staff.id}")
    return secret, csrf


def session_of(s: Session, secret: str) -> tuple[Staff, WebSession] | None:
    """Who holds this cookie; None when it is unknown, has ended, or the person is disabled."""
    login = s.get(WebSession, sha256_of(secret))
    if login is None or login.expires_at <= clock.now():
        return None
    staff = s.get(Staff, login.staff_id)
    return (staff, login) if staff is not None and staff.active else None


def log_out(s: Session, secret: str) -> None:
    """End one session."""
    s.execute(delete(WebSession).where(WebSession.token_sha256 == sha256_of(secret)))


def end_sessions(s: Session, staff_id: int) -> None:
    """End all sessions of a person."""
    s.execute(delete(WebSession).where(WebSession.staff_id == staff_id))
