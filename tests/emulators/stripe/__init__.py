"""Stripe, emulated: `python -m tests.emulators.stripe --port 0` prints the port and keeps the books of money."""
