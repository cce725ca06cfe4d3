"""Billing in the database."""
