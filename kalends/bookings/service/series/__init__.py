"""Bookings that repeat: looked at first, decided turn by turn, booked together, paid and called off."""
