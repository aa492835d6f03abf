"""The comment scorer: corpora, training, temperature of the fallback."""
