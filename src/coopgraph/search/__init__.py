"""Search: things by their names, in every script."""
