"""Notifications: the system tells people what happened. Nobody calls this room; it listens to events."""
