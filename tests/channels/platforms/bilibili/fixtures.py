"""The sandbox of B站 as the tests of every channel use it."""

from tests.support.platform_fixture import PlatformFixture

FIXTURE = PlatformFixture(
    credentials={"client_id": "sandbox-client", "client_secret": "sandbox-secret"},
    code_field="code",
    submit_path="/member.bilibili.com/arcopen/fn/archive/add-by-utoken",
)
