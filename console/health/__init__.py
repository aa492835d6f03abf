"""Pages: /healthz."""
