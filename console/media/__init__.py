"""Pages: Desensitised media."""
