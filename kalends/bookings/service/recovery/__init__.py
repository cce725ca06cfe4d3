"""Whoever was booked cannot come: somebody else is proposed, chosen, or the money goes back."""
