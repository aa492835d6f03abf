"""Mentions and counts as rows, imports of exports, and the queue of threads to poll."""
