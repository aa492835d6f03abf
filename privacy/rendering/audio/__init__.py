"""Sound of the copy: bleeps and changed voices."""
