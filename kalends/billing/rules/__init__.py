"""Pure arithmetic of money: no database, no clock."""
