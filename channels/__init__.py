"""Platforms: what each can do, how it is called, and the ledger by which a post goes out exactly once.

Only this package speaks HTTP to platforms and Apprise. No review rule, no scoring and no Prefect may enter; adapters
hold no retry and no table, the ledger (`channels.delivery.deliver`) holds no endpoint.
"""
