"""The documents of a booking: who sells what in it, what each of them says, and issuing them."""
