"""The demo: an invented marketplace in real cities, the same on every machine."""
