"""The use cases that pages and commands may call."""
