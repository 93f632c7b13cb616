"""Append, make durable, hash, seal; the journal and the manifest. Never rewrites a byte that was written."""
