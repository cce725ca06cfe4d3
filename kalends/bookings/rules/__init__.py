"""Pure arithmetic of calendars: no database, no clock."""
