"""Writing desensitised copies. Runs in the isolated child only."""
