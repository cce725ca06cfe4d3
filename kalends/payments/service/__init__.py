"""Taking, returning and releasing money; wallets; what gateways tell us."""
