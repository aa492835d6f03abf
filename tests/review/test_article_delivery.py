"""From an attached photograph to the article on the platform, through every package: what is seen there is the copy."""

import hashlib
from typing import Any

import pytest

from channels import article_html
from channels.delivery import planning
from review.intake import article_images
from review.items import attached_files, lookup
from tests.channels.conftest import platforms, sandbox
from tests.support.channels import Sandbox, carry, connect
from tests.support.submissions import picture, submitted
from yiyuan.codes import AssetRole
from yiyuan.db.session import transaction
from yiyuan.models import Account

__all__ = ["platforms", "sandbox"]


@pytest.mark.usefixtures("plain_checks")
def test_the_copy_of_a_photograph_is_what_the_platform_shows(hospital: Any, sandbox: Sandbox) -> None:
    account_id = connect(sandbox, hospital.administrator, "official_account")
    with transaction() as s:
        s.get_one(Account, account_id).active = True
    item_id = submitted(hospital, (AssetRole.ATTACHMENT, picture()), accounts=[account_id])
    hospital.accept(item_id)
    for role in ("doctor", "reviewer", "publicity"):
        hospital.decide(hospital.staff[role], item_id)
    with transaction() as s:
        posts = [post.id for post in planning.plan(s, hospital.revision(item_id).id)]
        [original] = attached_files.attached(s, lookup.revision(s, lookup.item(s, item_id)))
        [shown] = article_images.of(s, original)
    assert carry(posts) == ["live"]
    [source] = article_html.sources(sandbox.posts("official_account")[0]["content"])
    sent = sandbox.http.get(source).content
    assert hashlib.sha256(sent).hexdigest() == shown.sha256 != original.sha256
    assert sent != picture() and b"SecretPhone" not in sent
