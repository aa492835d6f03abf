"""What people decide about redactions: faces, boxes, identifiers, voices, scenes."""
