"""Adapters to the outside world. They implement `core.ports`; only `app.wiring` imports them."""
