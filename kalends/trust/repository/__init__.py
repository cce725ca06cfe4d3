"""Statements on reviews and disputes."""
