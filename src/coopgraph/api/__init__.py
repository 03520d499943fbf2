"""The HTTP API: one router a subject, no logic of its own."""
