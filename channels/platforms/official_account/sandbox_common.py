"""What the parts of the sandbox's 公众号 share."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

NAME = "official_account"


def answer(code: int = 0, message: str = "ok", **data: Any) -> JSONResponse:
    """Always 200; errcode says the rest."""
    return JSONResponse({"errcode": code, "errmsg": message, **data})


def base(request: Request) -> str:
    """Address of the sandbox as the caller sees it."""
    return str(request.base_url).rstrip("/")
