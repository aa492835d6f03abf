"""Keys and sealed streams; the only code that touches key material."""
