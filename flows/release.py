"""Release (发布): deliver one post at its instant."""

import asyncio

from prefect import flow

from channels import deliver
from flows.rows import carried


async def _deliver(post_id: int) -> str:
    return await asyncio.to_thread(deliver.deliver, post_id)


@flow(name="release", flow_run_name="{subject} release post {post_id}")
async def release(post_id: int, attempt: int = 1, subject: str = "", row: int = 0) -> str:
    """Do what the post's ledger says is next; returns its new state."""
    async with carried("release", row):
        return await _deliver(post_id)


@flow(name="upload", flow_run_name="{subject} upload post {post_id}")
async def upload(post_id: int, attempt: int = 1, subject: str = "", row: int = 0) -> str:
    """The same for a post whose video is too large for the worker."""
    async with carried("upload", row):
        return await _deliver(post_id)
