"""After approval: the re-scan when rules change, take-downs that are due."""
