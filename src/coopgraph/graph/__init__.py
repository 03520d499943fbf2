"""The cooperation graph of one generation: arrays, searches, and what is asked of them."""
