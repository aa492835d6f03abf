"""Text tools that several packages share: decoding, folding, n-grams, the linear model."""
