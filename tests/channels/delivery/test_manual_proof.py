"""What counts as proof that a person posted."""

import pytest
from sqlalchemy import select

from channels.delivery import deliver, takedown
from channels.delivery.manual_proof import prove
from channels.platforms.xiaohongshu.adapter import Xiaohongshu
from tests.support.channels import Sandbox, carry, look, picture, planned
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Refused
from yiyuan.models import Asset, ManualPosting, Staff
from yiyuan.storage import media

NOTE = "64b5f0a1000000001203d4e5"


@pytest.mark.parametrize(
    ("url", "external_id"),
    [
        (f"https://www.xiaohongshu.com/explore/{NOTE}", NOTE),
        (f"https://www.xiaohongshu.com/explore/{NOTE}?xsec_token=abc&share=1", NOTE),
        (f"https://www.xiaohongshu.com/discovery/item/{NOTE}/", NOTE),
        (f" https://xiaohongshu.com/explore/{NOTE} ", NOTE),
        ("https://xhslink.com/a/Xy12Zk", "a/Xy12Zk"),
    ],
)
def test_links_that_prove(url: str, external_id: str) -> None:
    assert Xiaohongshu.external_id(url) == external_id


@pytest.mark.parametrize(
    "url",
    [
        "", "小红书", f"http://www.xiaohongshu.com/explore/{NOTE}", f"https://www.xiaohongshu.com/user/{NOTE}",
        f"https://www.xiaohongshu.com.evil.example/explore/{NOTE}", f"https://evil.example/explore/{NOTE}",
        f"https://www.xiaohongshu.com@evil.example/explore/{NOTE}", f"https://www.xiaohongshu.com/explore/{NOTE[:-1]}",
        f"https://u:p@www.xiaohongshu.com/explore/{NOTE}", f"https://www.xiaohongshu.com/explore/{NOTE}/x",
        f"http://127.0.0.1:4300/www.xiaohongshu.com/explore/{NOTE}", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_links_that_do_not(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        Xiaohongshu.external_id(url)
    assert caught.value.field == "url"


def prove_it(staff: Staff, post_id: int, url: str) -> None:
    with transaction() as s:
        prove(s, staff, post_id, url, picture("white", 400))


def test_with_proof_it_is_live(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    (post_id,) = planned(staff, [accounts["xiaohongshu"]])
    carry([post_id])
    note = sandbox.post("/admin/xiaohongshu", {"title": "春季护心"})
    with pytest.raises(Refused):
        prove_it(staff["doctor"], post_id, note["url"])
    prove_it(staff["operations"], post_id, note["url"])
    assert (look(post_id).state, look(post_id).external_id) == ("live", note["id"])
    with transaction(read_only=True) as s:
        handoff = s.scalars(select(ManualPosting)).one()
        assert handoff.done_by == staff["operations"].id
        proof = s.get_one(Asset, handoff.proof_id)
        assert proof.role == "proof"
        assert media.open_asset(proof).read() == picture("white", 400)
    with pytest.raises(Conflict):
        prove_it(staff["operations"], post_id, note["url"])
    assert "沙箱" in sandbox.http.get(note["url"], follow_redirects=True).text


def test_a_link_proves_one_post(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    first, second = [planned(staff, [accounts["xiaohongshu"]])[0] for _ in range(2)]
    carry([first, second])
    url = f"https://www.xiaohongshu.com/explore/{NOTE}"
    prove_it(staff["operations"], first, url)
    with pytest.raises(Conflict) as caught:
        prove_it(staff["operations"], second, f"{url}?share=2")
    assert caught.value.field == "url"
    assert look(second).state == "awaiting_person"


def test_an_automatic_channel_takes_no_proof(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    (post_id,) = planned(staff, [accounts["bilibili"]])
    with pytest.raises(Refused):
        prove_it(staff["operations"], post_id, "https://www.bilibili.com/video/BV1xx")


def test_a_person_deletes_what_a_person_posted(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    (post_id,) = planned(staff, [accounts["xiaohongshu"]])
    carry([post_id])
    prove_it(staff["operations"], post_id, f"https://www.xiaohongshu.com/explore/{NOTE}")
    with transaction() as s:
        takedown.withdraw(s, staff["publicity"], post_id, "内容有误")
    assert deliver.deliver(post_id) == "awaiting_person"
    with transaction() as s:
        takedown.confirm_removed(s, staff["operations"], post_id, picture())
    gone = look(post_id)
    assert gone.state == "withdrawn" and gone.recalled_at and gone.gone_at
    with transaction(read_only=True) as s:
        handoff = s.scalars(select(ManualPosting)).one()
        assert handoff.removed_by == staff["operations"].id and handoff.removal_proof_id != handoff.proof_id


def test_a_task_nobody_did_is_called_off(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    (post_id,) = planned(staff, [accounts["xiaohongshu"]])
    carry([post_id])
    with transaction() as s:
        assert takedown.withdraw(s, staff["publicity"], post_id, "不发了") == "withdrawn"
    with pytest.raises(Conflict):
        prove_it(staff["operations"], post_id, f"https://www.xiaohongshu.com/explore/{NOTE}")
