"""What lists would have earned, from what other lists were shown and with which chance."""
