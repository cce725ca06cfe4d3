"""Waitlists: join a line, be offered what becomes free, take it or let it go on to the next."""
