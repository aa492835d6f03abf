"""One folder per platform, found by discovery: adapter, capabilities, sandbox, labels, aliases, quality scale."""
