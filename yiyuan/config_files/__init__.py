"""Configuration files that a hospital may edit: YAML with places, and messages that name them."""
