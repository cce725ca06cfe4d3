"""The lines of events: what they cost, whose time they need, whose money is whose."""
