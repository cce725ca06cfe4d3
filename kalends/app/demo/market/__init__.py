"""Markets of people and businesses for the demo: artists, shops with staff, salons, vendors of events."""
