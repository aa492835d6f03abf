"""Pages: 通知."""
