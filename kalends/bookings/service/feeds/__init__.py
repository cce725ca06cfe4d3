"""Calendars of other systems: what they say is busy cannot be booked here."""
