"""Identifiers in text: recognisers from folded text to spans, and what replaces them."""
