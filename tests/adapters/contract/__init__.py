"""One contract for every payment gateway, run against each provider's emulator."""
