"""The three revenue models."""
