"""Knowledge: what is loaded is read, validated, derived from and published."""
