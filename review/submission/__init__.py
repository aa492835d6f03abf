"""What authors do: drafts, attachments, consents, variants, deletion."""
