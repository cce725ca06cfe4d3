"""Benches: how fast Kalends is, as a share of what this machine can do at all."""
