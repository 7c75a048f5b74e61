"""Arrays the models learn from."""
