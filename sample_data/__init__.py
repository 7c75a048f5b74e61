"""The generated shop-and-media world that RevLens ships as its sample."""
