"""Staff members: roles, permissions, passwords, sessions."""
