"""What a run is about, so that Prefect's pages tell the story of an item or an event by its tag."""

from yiyuan.db.session import transaction
from yiyuan.models import Post, Revision


def subject(args: dict[str, int | str]) -> str:
    """ "item:12" or "event:3" for the ids of a step; "house" for a step about everything."""
    if "event_id" in args:
        return f"event:{args['event_id']}"
    if "item_id" in args:
        return f"item:{args['item_id']}"
    with transaction(read_only=True) as s:
        found = s.get(Post, args["post_id"]) if "post_id" in args else s.get(Revision, args.get("revision_id", 0))
        return f"item:{found.item_id}" if found else "house"
