"""Items and their parts as rows: look-up, form, originals, attachments, who may see them."""
