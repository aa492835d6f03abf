"""The sandbox of 公众号 as the tests of every channel use it."""

from tests.support.platform_fixture import PlatformFixture

FIXTURE = PlatformFixture(
    credentials={
        "appid": "wx0000000000sandbox",
        "secret": "sandbox-secret",
        "home_url": "https://hospital.example/",
    },
    submit_path="/api.weixin.qq.com/cgi-bin/freepublish/submit",
)
