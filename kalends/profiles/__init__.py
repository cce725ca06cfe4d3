"""The policy files of the marketplaces that ship with Kalends."""
