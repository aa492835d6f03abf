"""Text in the picture: OCR, where a line stands in each frame, identifiers followed over time."""
