"""Models of the detectors: files, sessions, graphs."""
