"""Appointments: services by the slot, done by somebody."""
