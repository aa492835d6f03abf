"""The demo: one item the whole way and one crisis, acted over HTTP on the console's forms as people do.

It reaches into no table and no door of the house; what it shows is what people would see.
"""
