"""Alembic migrations; the newest revision id is what a database must not be ahead of."""
