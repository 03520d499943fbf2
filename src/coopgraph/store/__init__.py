"""The triple store: published generations on disk, and bounded queries in worker processes."""
