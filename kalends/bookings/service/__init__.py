"""Use cases of bookings, one story a file."""
