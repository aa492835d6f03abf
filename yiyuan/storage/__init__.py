"""Media files: content-addressed blobs on disk or S3, sealed originals, desensitised copies."""
