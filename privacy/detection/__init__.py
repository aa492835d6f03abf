"""Finding faces, text and private parts in pictures and films. Runs in the isolated child only."""
