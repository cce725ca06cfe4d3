"""What fits a search, in which order, and how far away it is."""
