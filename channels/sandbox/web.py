"""A page per posted item, so that people can see what went out; each says 沙箱."""

import json
from html import escape
from typing import Any

import nh3
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from channels import registry
from channels.sandbox.files import file
from channels.sandbox.site import Site
from channels.sandbox.store import Store

_STYLE = """
body{font:16px/1.7 system-ui,"Noto Sans CJK SC",sans-serif;margin:0;background:#f4f4f5;color:#18181b}
.sandbox{background:#b45309;color:#fff;padding:.6em 1em;text-align:center;font-weight:700;position:sticky;top:0}
main{max-width:42em;margin:1em auto;padding:1em 1.2em;background:#fff;border-radius:12px}
h1{font-size:1.4em;line-height:1.35}img,video{max-width:100%;border-radius:8px}
.meta,li time{color:#71717a;font-size:.9em}li{margin:.5em 0;overflow-wrap:anywhere}.gone{color:#b91c1c}
"""
_HEAD = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def _media(site: Site | None, data: dict[str, Any], store: Store) -> str:
    if data.get("video"):
        return f'<video controls preload="metadata" src="/files/{escape(data["video"])}"></video>'
    cover = site.cover(store, data) if site else ""
    return f'<img alt="封面" src="/files/{escape(cover)}">' if cover else ""


def _text(data: dict[str, Any]) -> str:
    if "article_type" in data:
        return nh3.clean(data["content"])
    text = escape(str(data.get("desc") or data.get("content") or "")).replace("\n", "<br>")
    return f"<p>{text}</p><p class=meta>{escape(str(data.get('tag', '')))}</p>"


def _comments(store: Store, platform: str, post_id: str) -> str:
    sql = "SELECT * FROM comment WHERE platform = ? AND post = ? AND deleted = 0 ORDER BY at DESC LIMIT 100"
    rows = store.rows(sql, platform, post_id)
    items = "".join(f"<li><b>{escape(row['author'])}</b> {escape(row['text'])}</li>" for row in rows)
    return f"<h2>评论</h2><ul>{items}</ul>" if rows else ""


async def page(request: Request) -> Response:
    """/web/<platform>/<id>."""
    store: Store = request.app.state.store
    platform, post_id = request.path_params["platform"], request.path_params["id"]
    row = store.row("SELECT * FROM post WHERE platform = ? AND id = ?", platform, post_id)
    if row is None or platform not in registry.platforms():
        return HTMLResponse("<!doctype html><meta charset=utf-8><p>沙箱里没有这个作品。", status_code=404)
    data, name = json.loads(row["data"]), registry.capabilities(platform).name
    site: Site | None = request.app.state.sites.get(platform)
    state = "已删除" if row["deleted"] else {0: "已公开", -1: "平台审核中"}.get(row["state"], "未通过平台审核")
    body = f"""{_HEAD}
<title>沙箱 · {escape(data["title"])}</title><style>{_STYLE}</style>
<div class="sandbox">沙箱：这里模拟{name}，内容没有发布到真实平台</div>
<main><h1>{escape(data["title"])}</h1><p class="meta{" gone" if row["deleted"] else ""}">{name} · {state}</p>
{_media(site, data, store)}{_text(data)}{_comments(store, platform, post_id)}</main></html>"""
    return HTMLResponse(body, headers={"Content-Security-Policy": _POLICY})


async def index(request: Request) -> Response:
    """/: everything that was posted here."""
    rows = request.app.state.store.rows("SELECT * FROM post ORDER BY at DESC LIMIT 200")
    items = "".join(
        f'<li><a href="/web/{row["platform"]}/{escape(row["id"])}">{escape(json.loads(row["data"])["title"])}</a>'
        f' <span class="meta">{escape(registry.capabilities(row["platform"]).name)}</span></li>'
        for row in rows
    )
    body = f"""{_HEAD}
<title>沙箱平台</title><style>{_STYLE}</style><div class="sandbox">沙箱平台：没有任何内容发布到真实平台</div>
<main><h1>已发布到沙箱的作品</h1><ul>{items or "<li>还没有</li>"}</ul></main></html>"""
    return HTMLResponse(body, headers={"Content-Security-Policy": _POLICY})


ROUTES = [
    Route("/", index),
    Route("/web/{platform}/{id}", page),
    Route("/files/{sha}", file),
]
