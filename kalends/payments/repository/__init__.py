"""The SQL of payments, refunds, the gateway inbox, and their checks."""
