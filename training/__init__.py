"""Data and code of the shipped weights. Nothing here runs in the product."""
