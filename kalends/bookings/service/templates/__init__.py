"""Templates of events: keeping them, and planning by one."""
