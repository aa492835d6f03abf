"""The demo: one item the whole way and one crisis, acted over HTTP on the console's forms as people do.

It writes no table and calls no domain function; what it shows is what people would see.
"""
