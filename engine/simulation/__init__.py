"""Scenarios, months and draws."""
