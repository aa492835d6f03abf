"""Advertising red lines: matching the rule pack on texts, in context, and the wording classifier beside it."""
