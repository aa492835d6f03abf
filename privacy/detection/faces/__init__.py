"""Faces: detector, looks between whole pictures, linking into tracks, crops."""
