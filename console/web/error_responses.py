"""What people see when something is refused or breaks: what is wrong and what to do next, never a trace."""

import traceback

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse
from sqlalchemy.exc import DataError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException

from console.web.authorization import LoginNeeded
from console.web.security_headers import secure
from console.web.templating import page
from yiyuan.errors import YiyuanError
from yiyuan.i18n import _

log = structlog.get_logger()


def _advice(status: int) -> str:
    known = {
        401: _("请登录后继续。"),
        403: _("如果您认为应当有此权限，请联系管理员，并告知您想做什么。"),
        404: _("可能已被删除，或不属于您的科室。请从列表重新进入。"),
        405: _("请从页面上的按钮进入，不要直接修改地址。"),
        409: _("请返回刷新页面，看清最新状态后再操作；您填写的内容请先复制保存。"),
        422: _("请返回修改后重新提交，已填写的内容不会丢失。"),
        503: _("请稍后重试；仍不成功请联系信息科，并告知出现时间。"),
    }
    return known.get(status, _("系统已记录此错误。请稍后重试；仍不成功请联系信息科，并告知出现时间。"))


def _show(request: Request, status: int, message: str) -> Response:
    if request.headers.get("hx-request") == "true" or request.headers.get("x-wants") == "text":
        return PlainTextResponse(message, status_code=status)
    return page(request, "error.html", status, code=status, message=message, advice=_advice(status))


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, YiyuanError)
    log.info(
        "console.refused", status=error.status, kind=type(error).__name__, field=error.field, path=request.url.path
    )
    return _show(request, error.status, error.message)


async def _login(request: Request, error: Exception) -> Response:
    assert isinstance(error, LoginNeeded)
    if request.headers.get("hx-request") == "true":
        return Response(_("登录已失效，请重新登录"), status_code=401, headers={"HX-Redirect": error.location})
    if request.headers.get("x-wants") == "text":
        return PlainTextResponse(_("登录已失效，请重新登录"), status_code=401)
    return RedirectResponse(error.location, status_code=303)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    messages = {404: _("没有这个页面"), 405: _("此页面不支持这种操作")}
    return _show(request, error.status_code, messages.get(error.status_code, _("请求无法处理")))


async def _address(request: Request, _error: Exception) -> Response:
    return _show(request, 404, _("没有这个页面"))


async def _too_large(request: Request, error: Exception) -> Response:
    """A number or text that no column holds: an address that cannot exist, or a field nobody fills in like that."""
    log.warning("console.too_large", kind=type(error).__name__, path=request.url.path, at=_place(error))
    if request.method == "GET":
        return _show(request, 404, _("没有这个页面"))
    return _show(request, 422, _("数字或文字超出可保存的范围，请检查后重试"))


def _place(error: Exception) -> list[str]:
    """File and line of each frame. The message of an error may hold what people typed, so it is not logged."""
    return [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-12:]]


async def _broken(request: Request, error: Exception) -> Response:
    log.error("console.broken", kind=type(error).__name__, path=request.url.path, at=_place(error))
    response = _show(request, 500, _("系统出错，刚才的操作没有完成"))
    secure(MutableHeaders(raw=response.raw_headers))  # this handler runs outside the middleware
    return response


def install(app: FastAPI) -> None:
    """Give every kind of error its page."""
    app.add_exception_handler(YiyuanError, _ours)
    app.add_exception_handler(LoginNeeded, _login)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _address)
    app.add_exception_handler(OverflowError, _too_large)
    app.add_exception_handler(DataError, _too_large)
    app.add_exception_handler(Exception, _broken)
