"""The tables, one file per noun; no behaviour."""

from yiyuan.models.account import Account
from yiyuan.models.asset import Asset, Track
from yiyuan.models.audit_entry import AuditEntry
from yiyuan.models.base import Base, UTCDateTime
from yiyuan.models.consent import Consent, TrackConsent
from yiyuan.models.decision import Decision, ReviewLevel, Sheet
from yiyuan.models.duty import Absence, Duty, OnCall, WorkCalendar
from yiyuan.models.event import Event, EventThread, TierCrossing, TimelineEntry, VolumePoint
from yiyuan.models.finding import Finding, Verdict, WaiverRequest
from yiyuan.models.item import Item, Revision, Variant
from yiyuan.models.mask import IdentifierChoice, MaskBox, VoiceChange
from yiyuan.models.mention import Mention, Thread, ThreadCount
from yiyuan.models.notice import Notice, NoticeDelivery
from yiyuan.models.outbox import OutboxRow
from yiyuan.models.post import Attempt, ManualPosting, Post, ReleaseHold
from yiyuan.models.rescan import Rescan, RescanHit
from yiyuan.models.staff import Department, LoginFailure, Staff, WebSession

__all__ = [
    "Absence",
    "Account",
    "Asset",
    "Attempt",
    "AuditEntry",
    "Base",
    "Consent",
    "Decision",
    "Department",
    "Duty",
    "Event",
    "EventThread",
    "Finding",
    "IdentifierChoice",
    "Item",
    "LoginFailure",
    "ManualPosting",
    "MaskBox",
    "Mention",
    "Notice",
    "NoticeDelivery",
    "OnCall",
    "OutboxRow",
    "Post",
    "ReleaseHold",
    "Rescan",
    "RescanHit",
    "ReviewLevel",
    "Revision",
    "Sheet",
    "Staff",
    "Thread",
    "ThreadCount",
    "TierCrossing",
    "TimelineEntry",
    "Track",
    "TrackConsent",
    "UTCDateTime",
    "Variant",
    "Verdict",
    "VoiceChange",
    "VolumePoint",
    "WaiverRequest",
    "WebSession",
    "WorkCalendar",
]
