"""The sandbox of 小红书 as the tests of every channel use it."""

from tests.support.platform_fixture import PlatformFixture

FIXTURE = PlatformFixture(credentials={"home_url": ""})
