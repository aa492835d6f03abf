"""Find and remove patient data in text, pictures, video and sound; return findings and desensitised copies.

Foreign files are decoded in a child process only (child, worker); the rest is arithmetic on pixels and characters.
May not enter: states of items, tables, decisions about what may be published, any network.
"""
