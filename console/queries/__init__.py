"""What the pages show, read from the tables. Nothing here writes."""
