"""Reading foreign media. Runs in the isolated child only."""
