"""Ports: free or taken, and what to say when they are taken."""

import socket

from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.settings import Settings


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def taken(settings: Settings, *, sandbox: bool) -> list[str]:
    """A Chinese sentence per port of this installation that something else holds."""
    wanted = [(_("控制台"), settings.host, settings.port, "YIYUAN_PORT")]
    if not settings.prefect_api_url:
        wanted.append((_("Prefect 服务"), "127.0.0.1", settings.prefect_port, "YIYUAN_PREFECT_PORT"))
    if sandbox:
        wanted.append((_("沙箱平台"), "127.0.0.1", settings.sandbox_port, "YIYUAN_SANDBOX_PORT"))
    return [
        _("{what}的端口 {port} 已被占用：请停掉占用它的程序，或用 {setting} 换一个端口").format(
            what=what, port=port, setting=name
        )
        for what, host, port, name in wanted
        if not is_free(host, port)
    ]


def require_free(settings: Settings, *, sandbox: bool) -> None:
    """Failed, naming port and setting, when one is taken."""
    if messages := taken(settings, sandbox=sandbox):
        raise Failed("\n".join(messages), field="port")


def exposure(settings: Settings) -> str:
    """Why the console must not listen on the address it was given; empty: it may."""
    if settings.host in {"127.0.0.1", "::1", "localhost"} or settings.https or settings.allow_exposure:
        return ""
    return _(
        "控制台将监听 {host}，口令会以明文经过网络："
        "请在前面配置 https（YIYUAN_HTTPS=true），或确认风险后设 YIYUAN_ALLOW_EXPOSURE=true"
    ).format(host=settings.host)
