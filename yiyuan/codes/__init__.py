"""Codes (states, severities, roles ...): each a closed list with labels, badges and an order, one module per domain.

May enter: the values that tables, forms and messages share. May not enter: tables, rules about who may do what.
"""

from yiyuan.codes.account import AccountStatus, AccountTier
from yiyuan.codes.asset import AssetKind, AssetRole, FaceNaming
from yiyuan.codes.audit import AuditAction, AuditSubject
from yiyuan.codes.base import Badge, Code
from yiyuan.codes.consent import ConsentState, ConsentUse
from yiyuan.codes.decision import AskKind, DecisionVerdict
from yiyuan.codes.duty import ClockKind, DutyEnd, DutyState, SubjectKind
from yiyuan.codes.event import EventState, Sentiment, TimelineKind
from yiyuan.codes.finding import ANSWERED, KEPT, STOPPING, BasisStatus, CheckerName, Disposition, Severity, VerdictKind
from yiyuan.codes.item import (
    ITEM_CLASSES,
    PAGE_FACTS,
    RULE_FACTS,
    TEXT_FACTS,
    UNDECIDED,
    AiLabel,
    ContentClass,
    FactName,
    FieldName,
    IntakeStage,
    ItemState,
)
from yiyuan.codes.media import FileStatus, SceneWatch, SpeechCheck
from yiyuan.codes.notice import NoticeKind, OutsideState
from yiyuan.codes.outbox import OutboxState
from yiyuan.codes.post import AttemptOutcome, AttemptStep, MetricName, ParkedAnswer, PostState, ReceiptState
from yiyuan.codes.redaction import IdentifierDecision
from yiyuan.codes.rescan import RescanDecision

#: Every list of codes.
ALL: tuple[type[Code], ...] = (
    AccountStatus,
    AccountTier,
    AiLabel,
    AskKind,
    AssetKind,
    AssetRole,
    AttemptOutcome,
    AttemptStep,
    AuditAction,
    AuditSubject,
    BasisStatus,
    CheckerName,
    ClockKind,
    ConsentState,
    ConsentUse,
    ContentClass,
    DecisionVerdict,
    Disposition,
    DutyEnd,
    DutyState,
    EventState,
    FaceNaming,
    FactName,
    FieldName,
    FileStatus,
    IdentifierDecision,
    IntakeStage,
    ItemState,
    MetricName,
    NoticeKind,
    OutboxState,
    OutsideState,
    ParkedAnswer,
    PostState,
    ReceiptState,
    RescanDecision,
    SceneWatch,
    Sentiment,
    Severity,
    SpeechCheck,
    SubjectKind,
    TimelineKind,
    VerdictKind,
)

__all__ = [
    "ALL",
    "ANSWERED",
    "ITEM_CLASSES",
    "KEPT",
    "PAGE_FACTS",
    "RULE_FACTS",
    "STOPPING",
    "TEXT_FACTS",
    "UNDECIDED",
    "AccountStatus",
    "AccountTier",
    "AiLabel",
    "AskKind",
    "AssetKind",
    "AssetRole",
    "AttemptOutcome",
    "AttemptStep",
    "AuditAction",
    "AuditSubject",
    "Badge",
    "BasisStatus",
    "CheckerName",
    "ClockKind",
    "Code",
    "ConsentState",
    "ConsentUse",
    "ContentClass",
    "DecisionVerdict",
    "Disposition",
    "DutyEnd",
    "DutyState",
    "EventState",
    "FaceNaming",
    "FactName",
    "FieldName",
    "FileStatus",
    "IdentifierDecision",
    "IntakeStage",
    "ItemState",
    "MetricName",
    "NoticeKind",
    "OutboxState",
    "OutsideState",
    "ParkedAnswer",
    "PostState",
    "ReceiptState",
    "RescanDecision",
    "SceneWatch",
    "Sentiment",
    "Severity",
    "SpeechCheck",
    "SubjectKind",
    "TimelineKind",
    "VerdictKind",
]
