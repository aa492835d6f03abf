"""Delivery of posts exactly once: planning, ledger, sending, look-up, take-down."""
