"""The door through which mentions and counts come in: from adapters, webhooks, exports and by hand."""

from sentiment.ingest import IngestReport, ingest_csv
from sentiment.mentions import set_platform_count, store_mentions
from yiyuan.comments import Comment

__all__ = ["Comment", "IngestReport", "ingest_csv", "set_platform_count", "store_mentions"]
