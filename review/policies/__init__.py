"""Review policies as data: who signs at which level."""
