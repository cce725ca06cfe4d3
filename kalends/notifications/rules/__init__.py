"""How things are put into words, letters and bytes: no database, no clock."""
