"""What people do with events: the organiser drafts and asks, the vendors answer."""
