"""The provider's work: orders, refunds, accounts, payouts, disputes, its statement and its webhooks."""
