"""The framework of the pages: guard, forms, sessions, templates, errors, labels."""
