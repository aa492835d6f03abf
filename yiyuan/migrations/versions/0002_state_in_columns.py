"""State in columns: places of choices, changed voices, waiver requests, detections of findings, recalls of posts.

Reads the conventions of 0001 once: HitChoice.place, an open finding that somebody disposed of, keys of ours in
Post.progress, findings counted in the order of the detection. What was signed stays as it was: the digests are made
from the same keys. Row by row only where a convention has to be parsed.
"""

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from yiyuan.errors import Failed
from yiyuan.models.base import UTCDateTime
from yiyuan.i18n import _

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_PLACE_RULE = """
CASE place_kind
WHEN 'text' THEN field <> '' AND asset_digest = '' AND detection_index IS NULL
    AND coalesce(start, -1) >= 0 AND coalesce("end", -1) > start
WHEN 'screen' THEN field = '' AND asset_digest = '' AND coalesce(detection_index, -1) >= 0
    AND start IS NULL AND "end" IS NULL
WHEN 'attachment' THEN field = '' AND asset_digest <> '' AND coalesce(detection_index, -1) >= 0
    AND start IS NULL AND "end" IS NULL
ELSE false END
"""
_FORMS = (
    ("voice", re.compile(r"voice:(?P<first>\d+\.\d{3})-(?P<last>\d+\.\d{3})")),
    ("screen", re.compile(r"screen:(?P<detection_index>\d+)")),
    ("attachment", re.compile(r"screen:(?P<asset_digest>[0-9a-f]{16}):(?P<detection_index>\d+)")),
    ("text", re.compile(r"(?P<field>[^:]+):(?P<start>\d+)-(?P<end>\d+)")),
)

_hit_choice = sa.table(
    "hit_choice",
    *(sa.column(name, sa.Integer) for name in ("id", "revision_id", "chosen_by", "start", "end", "detection_index")),
    *(sa.column(name, sa.String) for name in ("place", "place_kind", "field", "asset_digest")),
    sa.column("chosen_at", UTCDateTime(timezone=True)),
)
_BEFORE = [_hit_choice.c[name] for name in ("id", "revision_id", "place", "chosen_by", "chosen_at")]
_voice_change = sa.table(
    "voice_change",
    *(sa.column(name, sa.Integer) for name in ("revision_id", "chosen_by")),
    *(sa.column(name, sa.Float) for name in ("first_seconds", "last_seconds")),
    sa.column("chosen_at", UTCDateTime(timezone=True)),
)
_finding = sa.table(
    "finding",
    *(sa.column(name, sa.Integer) for name in ("id", "revision_id", "detection_index", "disposed_by")),
    *(sa.column(name, sa.String) for name in ("rule", "field", "title", "disposition", "reason")),
    sa.column("disposed_at", UTCDateTime(timezone=True)),
)
_waiver_request = sa.table(
    "waiver_request",
    *(sa.column(name, sa.Integer) for name in ("finding_id", "asked_by")),
    sa.column("reason", sa.String),
    sa.column("asked_at", UTCDateTime(timezone=True)),
)
_track = sa.table("track", sa.column("revision_id", sa.Integer), sa.column("number", sa.Integer))
_post = sa.table(
    "post",
    sa.column("id", sa.Integer),
    sa.column("progress", _JSON),
    sa.column("accepted_at", UTCDateTime(timezone=True)),
    sa.column("withdraw_reason", sa.Text),
)


def upgrade() -> None:
    """One transaction of `yiyuan.schema.upgrade`: whatever fails leaves the database at 0001."""
    _change_findings()
    _change_choices()
    _change_posts()


def downgrade() -> None:
    """Refused: the columns hold more than the conventions could, and a backup exists."""
    raise Failed(_("数据库不能退回旧版本：请停止一源，恢复升级前的备份，再用旧版本的程序启动"))


def _change_findings() -> None:
    with op.batch_alter_table("finding") as table:
        table.add_column(sa.Column("detection_index", sa.Integer(), nullable=True))
    op.create_table(
        "waiver_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["staff.id"], name=op.f("fk_waiver_request_answered_by_staff")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_waiver_request_asked_by_staff")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_waiver_request_finding_id_finding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver_request")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_waiver_request_finding_id")),
    )
    rule = _finding.c.rule
    _number_findings(rule.like("screen.%"))
    _number_findings(rule.like("speech.%") & (rule != "speech.voice"))
    _number_findings(rule.like("scene.%") & rule.not_in(("scene.surgery", "scene.undeclared")))
    _number_faces()
    # An open finding that somebody disposed of was one that somebody asked to waive.
    asked = (_finding.c.disposition == "open") & _finding.c.disposed_by.is_not(None)
    told = sa.select(_finding.c.id, _finding.c.reason, _finding.c.disposed_by, _finding.c.disposed_at)
    names = ["finding_id", "reason", "asked_by", "asked_at"]
    op.execute(_waiver_request.insert().from_select(names, told.where(asked).order_by(_finding.c.id)))
    op.execute(_finding.update().where(asked).values(reason="", disposed_by=None, disposed_at=None))


def _number_findings(of_kind: sa.ColumnElement[bool]) -> None:
    """Findings of one kind stand in the order of their detection, in each film and attachment of a revision."""
    order = sa.func.row_number().over(
        partition_by=(_finding.c.revision_id, _finding.c.field), order_by=_finding.c.id
    )
    counted = sa.select(_finding.c.id, (order - 1).label("position")).where(of_kind).subquery()
    # UPDATE ... FROM: PostgreSQL would count anew for every row of a subquery in SET.
    op.execute(_finding.update().where(_finding.c.id == counted.c.id).values(detection_index=counted.c.position))


def _number_faces() -> None:
    """The title of a doubt names its track: the first number in it, in Chinese and in English."""
    bind = op.get_bind()
    known = set(bind.execute(sa.select(_track.c.revision_id, _track.c.number)).tuples())
    read = sa.select(_finding.c.id, _finding.c.revision_id, _finding.c.title).where(_finding.c.rule == "face.doubt")
    found = []
    for number, revision_id, title in bind.execute(read).tuples():
        named = re.search(r"\d+", title)
        if named is not None and (revision_id, int(named[0])) in known:
            found.append({"of": number, "track": int(named[0])})
    if found:
        where = _finding.c.id == sa.bindparam("of")
        bind.execute(_finding.update().where(where).values(detection_index=sa.bindparam("track")), found)


def _change_choices() -> None:
    op.create_table(
        "voice_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("first_seconds", sa.Float(), nullable=False),
        sa.Column("last_seconds", sa.Float(), nullable=False),
        sa.Column("chosen_by", sa.Integer(), nullable=False),
        sa.Column("chosen_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chosen_by"], ["staff.id"], name=op.f("fk_voice_change_chosen_by_staff")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_voice_change_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_change")),
        sa.UniqueConstraint(
            "revision_id",
            "first_seconds",
            "last_seconds",
            name=op.f("uq_voice_change_revision_id_first_seconds_last_seconds"),
        ),
    )
    op.create_index(op.f("ix_voice_change_revision_id"), "voice_change", ["revision_id"])
    with op.batch_alter_table("hit_choice") as table:
        table.add_column(sa.Column("place_kind", sa.String(64), nullable=True))
        table.add_column(sa.Column("field", sa.String(64), nullable=True))
        table.add_column(sa.Column("asset_digest", sa.String(16), nullable=True))
        table.add_column(sa.Column("start", sa.Integer(), nullable=True))
        table.add_column(sa.Column("end", sa.Integer(), nullable=True))
        table.add_column(sa.Column("detection_index", sa.Integer(), nullable=True))
    bind = op.get_bind()
    spoken, placed = [], []
    for row in bind.execute(sa.select(*_BEFORE).order_by(_hit_choice.c.id)).mappings():
        kind, place = _read(row["id"], row["place"])
        if kind == "voice":
            who = {name: row[name] for name in ("revision_id", "chosen_by", "chosen_at")}
            spoken.append(who | {"first_seconds": float(place["first"]), "last_seconds": float(place["last"])})
            continue
        numbers = {name: int(place[name]) if name in place else None for name in ("start", "end", "detection_index")}
        words = {name: place.get(name, "") for name in ("field", "asset_digest")}
        new = words | numbers | {"place_kind": kind}
        placed.append({"of": row["id"]} | {f"new_{name}": value for name, value in new.items()})
    if spoken:
        bind.execute(_voice_change.insert(), spoken)
        bind.execute(_hit_choice.delete().where(_hit_choice.c.place.like("voice:%")))
    if placed:
        names = ("place_kind", "field", "asset_digest", "start", "end", "detection_index")
        given = {name: sa.bindparam(f"new_{name}") for name in names}
        bind.execute(_hit_choice.update().where(_hit_choice.c.id == sa.bindparam("of")).values(given), placed)
    with op.batch_alter_table("hit_choice") as table:
        table.drop_constraint(op.f("uq_hit_choice_revision_id_place"), type_="unique")
        table.drop_column("place")
        table.alter_column("place_kind", existing_type=sa.String(64), nullable=False)
        table.alter_column("field", existing_type=sa.String(64), nullable=False)
        table.alter_column("asset_digest", existing_type=sa.String(16), nullable=False)
        table.create_unique_constraint(
            op.f("uq_hit_choice_revision_id_field_start_end"), ["revision_id", "field", "start", "end"]
        )
        table.create_unique_constraint(
            op.f("uq_hit_choice_revision_id_asset_digest_detection_index"),
            ["revision_id", "asset_digest", "detection_index"],
        )
        table.create_check_constraint(op.f("ck_hit_choice_place"), sa.text(_PLACE_RULE))


def _read(number: int, place: str) -> tuple[str, dict[str, str]]:
    """Kind and parts of a place as 0001 wrote it; Failed for one it cannot have written."""
    for kind, form in _FORMS:
        found = form.fullmatch(place)
        if found is not None:
            return kind, found.groupdict()
    told = _("升级已取消，数据库未改动：第 {number} 条遮挡选择的位置“{place}”无法识别，请联系维护人员")
    raise Failed(told.format(number=number, place=place))


def _change_posts() -> None:
    with op.batch_alter_table("post") as table:
        table.add_column(sa.Column("accepted_at", UTCDateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("withdraw_reason", sa.Text(), nullable=True))
    bind = op.get_bind()
    for number, progress in bind.execute(sa.select(_post.c.id, _post.c.progress)).tuples().all():
        since, reason = progress.get("accepted_at"), progress.get("withdraw")
        if since is None and reason is None:
            continue
        bind.execute(
            _post.update()
            .where(_post.c.id == number)
            .values(
                progress={name: value for name, value in progress.items() if name not in ("accepted_at", "withdraw")},
                accepted_at=None if since is None else datetime.fromtimestamp(float(since), UTC),
                withdraw_reason=reason,
            )
        )
