"""The tables, one file per noun; no behaviour."""

from yiyuan.models.account import Account
from yiyuan.models.asset import Asset, Track
from yiyuan.models.base import Base, UTCDateTime
from yiyuan.models.consent import Consent, TrackConsent
from yiyuan.models.decision import Decision, Sheet, Stage
from yiyuan.models.duty import Duty
from yiyuan.models.entry import Entry
from yiyuan.models.event import Crossing, Event, EventThread, TimelineEntry, VolumePoint
from yiyuan.models.finding import DISPOSITIONS, SEVERITIES, Finding, Verdict
from yiyuan.models.item import CONTENT_CLASSES, ITEM_STATES, Item, Revision, Variant
from yiyuan.models.mask import HIT_CHOICES, HitChoice, ManualMask
from yiyuan.models.mention import Mention, Thread, ThreadCount
from yiyuan.models.notice import Notice
from yiyuan.models.outbox import OutboxRow
from yiyuan.models.post import POST_STATES, Attempt, Handoff, Hold, Post
from yiyuan.models.rescan import Rescan, RescanHit
from yiyuan.models.staff import Login, LoginFailure, Staff

__all__ = [
    "CONTENT_CLASSES",
    "DISPOSITIONS",
    "HIT_CHOICES",
    "ITEM_STATES",
    "POST_STATES",
    "SEVERITIES",
    "Account",
    "Asset",
    "Attempt",
    "Base",
    "Consent",
    "Crossing",
    "Decision",
    "Duty",
    "Entry",
    "Event",
    "EventThread",
    "Finding",
    "Handoff",
    "HitChoice",
    "Hold",
    "Item",
    "Login",
    "LoginFailure",
    "ManualMask",
    "Mention",
    "Notice",
    "OutboxRow",
    "Post",
    "Rescan",
    "RescanHit",
    "Revision",
    "Sheet",
    "Staff",
    "Stage",
    "Thread",
    "ThreadCount",
    "TimelineEntry",
    "Track",
    "TrackConsent",
    "UTCDateTime",
    "Variant",
    "Verdict",
    "VolumePoint",
]
