"""Accounts (账号): connecting, credentials, the register of who answers for them."""
