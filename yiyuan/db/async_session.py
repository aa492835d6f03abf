"""Short transactions from async code: never one that is open across a call to a platform."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from yiyuan.db.session import transaction

P = ParamSpec("P")
T = TypeVar("T")


async def written(work: Callable[Concatenate[Session, P], T], *args: P.args, **more: P.kwargs) -> T:
    """Run `work` in a thread, in a transaction of its own."""

    def run() -> T:
        with transaction() as s:
            return work(s, *args, **more)

    return await asyncio.to_thread(run)


async def read(work: Callable[Concatenate[Session, P], T], *args: P.args, **more: P.kwargs) -> T:
    """The same without the right to write; takes no lock."""

    def run() -> T:
        with transaction(read_only=True) as s:
            return work(s, *args, **more)

    return await asyncio.to_thread(run)
