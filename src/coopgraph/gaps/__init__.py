"""Gaps: what should be there and is not recorded, by declared rules."""
