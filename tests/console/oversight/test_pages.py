"""What is out already, by its pages: consents, re-scan, exceptions, the register of accounts, take-down proof."""

import re
from datetime import date, timedelta
from io import BytesIO

from PIL import Image
from sqlalchemy import select

from review.items import lookup
from review.lifecycle import recalls, rescan
from review.submission import consents
from tests.support.browser_client import Enter
from tests.support.channels import picture
from tests.support.console import World
from yiyuan import clock
from yiyuan.codes import AssetRole, PostState
from yiyuan.db.session import transaction
from yiyuan.models import Account, Asset, AuditEntry, Consent, Item, ManualPosting, Post, RescanHit, Revision
from yiyuan.storage import media


def _live(world: World) -> tuple[int, int]:
    """An approved item, and its post on B站, which is live."""
    item_id = world.approved()
    post_id = world.posts(item_id)["bilibili"]
    world.live(post_id)
    return item_id, post_id


def _consent(world: World, item_id: int, **more: object) -> int:
    given = {"subject": "患者A", "uses": ["publish"], "channels": ["*"], "from_day": date(2026, 1, 1)} | more
    with transaction() as s:
        return consents.record(s, world.staff["doctor"], lookup.item(s, item_id), **given).id  # type: ignore[arg-type]


def test_a_minor_consent_with_its_scan_by_the_form(world: World, visitor: Enter) -> None:
    item_id, doctor = world.naming(), visitor("doctor")
    fields = {
        "consent-subject": "患者A", "consent-uses": "publish", "consent-channels": "*", "consent-minor": "1",
        "consent-from": "2026-01-01",
    }  # fmt: skip
    refused = doctor.send(f"/items/{item_id}/consents", fields)
    assert refused.status_code == 422 and "监护人" in refused.text
    assert doctor.send(f"/items/{item_id}/consents", fields | {"consent-guardian": "母亲"}).status_code == 303
    page = doctor.page(f"/items/{item_id}")
    assert "未成年" in page and "缺扫描件" in page
    (number,) = re.findall(r'action="/consents/(\d+)/scan"', page)
    scan = {"scan": ("同意书.jpg", picture(), "image/jpeg")}
    answer = doctor.client.post(f"/consents/{number}/scan", data={"csrf": doctor.csrf}, files=scan)
    assert answer.headers["location"].startswith(f"/items/{item_id}")
    assert "扫描件已存" in doctor.page(f"/items/{item_id}")
    again = doctor.client.post(f"/consents/{number}/scan", data={"csrf": doctor.csrf}, files=scan)
    assert again.status_code == 409
    with transaction(read_only=True) as s:
        kept = s.scalars(select(Asset).where(Asset.role == "scan")).all()
        assert [asset.kind for asset in kept] == ["original"]


def test_a_scan_for_somebody_elses_consent_is_not_taken(world: World, visitor: Enter) -> None:
    number = _consent(world, world.draft("别科的稿子"))
    stranger = visitor("operations")
    scan = {"scan": ("同意书.jpg", picture(), "image/jpeg")}
    answer = stranger.client.post(f"/consents/{number}/scan", data={"csrf": stranger.csrf}, files=scan)
    assert answer.status_code == 404


def _with_scan(world: World, content: bytes) -> int:
    number = _consent(world, world.naming())
    with transaction() as s:
        scan = media.store_sealed(s, content, role=AssetRole.SCAN, filename="同意书")
        consents.attach_scan(s, world.staff["doctor"], number, scan)
    return number


def test_a_scan_is_shown_drawn_anew_with_a_reason_on_record(world: World, visitor: Enter) -> None:
    sheets = [Image.new("RGB", (620, 877), colour) for colour in ("white", "navy")]
    paper = BytesIO()
    sheets[0].save(paper, "PDF", save_all=True, append_images=sheets[1:])
    number, publicity = _with_scan(world, paper.getvalue()), visitor("publicity")
    assert f"/consents/{number}/scan/open" in publicity.page("/consents")
    assert publicity.send(f"/consents/{number}/scan/open", {"reason": "看"}).status_code == 422
    answer = publicity.send(f"/consents/{number}/scan/open", {"reason": "核对签名与范围"})
    assert answer.headers["content-type"] == "image/jpeg" and answer.headers["x-pages"] == "2/2"
    assert "sandbox" in answer.headers["content-security-policy"] and answer.headers["cache-control"] == "no-store"
    shown = Image.open(BytesIO(answer.content))
    assert shown.width == 1000 and 2700 < shown.height < 2900
    red, _green, blue = shown.getpixel((500, shown.height - 50))  # type: ignore[misc]
    assert blue > red + 60, "the second page is below the first"
    with transaction(read_only=True) as s:
        entry = s.scalars(select(AuditEntry).where(AuditEntry.action == "original.open")).one()
        assert entry.note == "核对签名与范围"


def test_a_scan_is_not_for_every_editor_and_the_try_stays_on_record(world: World, visitor: Enter) -> None:
    number, reviewer = _with_scan(world, picture()), visitor("reviewer")
    answer = reviewer.send(f"/consents/{number}/scan/open", {"reason": "想看一看"})
    assert answer.status_code == 403
    with transaction(read_only=True) as s:
        assert s.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("original."))).all() == [
            "original.refused"
        ]


def test_a_file_that_is_no_paper_says_so(world: World, visitor: Enter) -> None:
    number = _with_scan(world, b"not a picture at all")
    answer = visitor("publicity").send(f"/consents/{number}/scan/open", {"reason": "核对签名与范围"})
    assert answer.status_code == 422 and "图片" in answer.text


def test_the_register_of_consents_shows_what_ended_and_what_still_has_to_go(world: World, visitor: Enter) -> None:
    item_id, post_id = _live(world)
    ended = _consent(world, world.naming(), to_day=clock.today() - timedelta(days=1))
    with transaction() as s:
        s.get_one(Consent, ended).item_id = item_id
    assert recalls.sweep() >= 1
    page = visitor("medical_affairs").page("/consents?state=ended")
    assert "已到期" in page and f"发布单 {post_id} 待下架" in page
    assert "没有符合条件" in visitor("publicity").page("/consents?state=standing")


def test_teaching_material_is_submitted_without_an_account(world: World, visitor: Enter) -> None:
    doctor = visitor("doctor")
    fields = {
        "title": "导管室教学", "content_class": "kepu", "policy": "short_video", "script": "教学用", "then": "submit",
        "fact-internal": "1", "fact-practice_place": "示范医院",
    }  # fmt: skip
    both = doctor.send("/items/new", fields | {"accounts": str(world.accounts[0])})
    assert both.status_code == 422 and "院内教学" in both.text
    assert doctor.send("/items/new", fields).status_code == 303
    with transaction(read_only=True) as s:
        item = s.scalars(select(Item).where(Item.title == "导管室教学")).one()
        revision = s.scalars(select(Revision).where(Revision.item_id == item.id)).one()
    assert item.state == "intake" and revision.facts == {"internal": True, "practice_place": "示范医院"}
    assert "院内教学 · 不对外发布" in doctor.page(f"/items/{item.id}")


def test_the_account_register_by_its_form(world: World, visitor: Enter) -> None:
    number, publicity = world.accounts[1], visitor("publicity")
    path = f"/accounts/{number}/register"
    assert publicity.send(path, {"status": "active"}).status_code == 422
    fields = {"status": "uncertified", "holder": "王敏", "reported_on": "2026-03-01"}
    assert publicity.send(path, fields).status_code == 303
    page = publicity.page("/accounts")
    assert "不得发布" in page and "持有人 王敏" in page and "备案 2026-03-01" in page
    assert "没有有效的平台医疗资质认证" in visitor("doctor").page("/items/new")
    assert publicity.send(path, fields | {"status": "active"}).status_code == 303
    with transaction(read_only=True) as s:
        assert s.get_one(Account, number).status == "active"


def test_one_confirmation_takes_down_what_the_new_rules_stop(world: World, visitor: Enter) -> None:
    item_id, post_id = _live(world)
    with transaction() as s:
        revision = s.scalars(select(Revision).where(Revision.item_id == item_id)).one()
        revision.texts = {**revision.texts, "caption": "三天断根，永不复发"}
    assert rescan.run() == 1
    publicity, auditor = visitor("publicity"), visitor("auditor")
    page = publicity.page("/rescan")
    assert "三天断根" in page and "断言" in page and "全部下架所选" in page
    assert "全部下架所选" not in auditor.page("/rescan")
    (number,) = re.findall(r'name="hits" value="(\d+)"', page)
    assert publicity.send("/rescan", {"hits": number, "then": "take_down"}).status_code == 422
    answer = publicity.send("/rescan", {"hits": number, "then": "take_down", "reason": "新规则"})
    assert answer.headers["location"] == "/rescan?done=withdrawing"
    with transaction(read_only=True) as s:
        assert s.get_one(Post, post_id).recalled_at is not None
        assert s.scalars(select(RescanHit.decision)).all() == ["taken_down"]
    assert "没有需要处理" in publicity.page("/rescan")


def test_the_report_tells_what_is_still_up_and_the_table_is_safe(world: World, visitor: Enter) -> None:
    _item, post_id = _live(world)
    with transaction() as s:
        post = s.get_one(Post, post_id)
        post.recalled_at, post.withdraw_reason = clock.now() - timedelta(hours=40), "=患者撤回"
    person = visitor("leader")
    page = person.page("/reports/exceptions")
    assert "=患者撤回" in page and f'href="/posts/{post_id}"' in page
    assert "没有。应下架的内容都已证实下架" in person.page("/reports/exceptions?month=2020-01")
    table = person.get("/reports/exceptions.csv")
    assert table.headers["content-type"].startswith("text/csv") and '"\'=患者撤回"' in table.text
    with transaction() as s:
        post = s.get_one(Post, post_id)
        post.state, post.gone_at = PostState.WITHDRAWN, clock.now() - timedelta(seconds=1)
    page = person.page("/reports/exceptions")
    assert page.index("逾期下架") < page.index("=患者撤回")


def test_a_take_down_by_hand_needs_its_screenshot(world: World, visitor: Enter) -> None:
    post_id = world.posts(world.approved())["xiaohongshu"]
    world.awaiting_person(post_id)
    with transaction() as s:
        post = s.get_one(Post, post_id)
        post.live_at = post.recalled_at = clock.now()
        post.withdraw_reason = "患者撤回同意"
    operator = visitor("operations")
    assert "有截图才算下架" in operator.page(f"/posts/{post_id}")
    path = f"/posts/{post_id}/removed"
    assert operator.client.post(path, data={"csrf": operator.csrf}, files={"x": ("", b"")}).status_code == 422
    wrong = {"screenshot": ("a.png", b"no picture", "image/png")}
    assert operator.client.post(path, data={"csrf": operator.csrf}, files=wrong).status_code == 422
    good = {"screenshot": ("a.jpg", picture(), "image/jpeg")}
    assert operator.client.post(path, data={"csrf": operator.csrf}, files=good).status_code == 303
    page = operator.page(f"/posts/{post_id}")
    assert f"/posts/{post_id}/removal.jpg" in page and "已证实" in page
    shown = operator.get(f"/posts/{post_id}/removal.jpg")
    assert shown.status_code == 200 and shown.headers["content-type"] == "image/jpeg"
    with transaction(read_only=True) as s:
        handoff = s.scalars(select(ManualPosting).where(ManualPosting.post_id == post_id)).one()
    assert handoff.removed_by == world.staff["operations"].id
