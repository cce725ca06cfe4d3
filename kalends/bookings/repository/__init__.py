"""All SQL of bookings."""
