"""Enquiries: asking one provider after another, agreeing on terms, and the booking that comes of it."""
