"""A Razorpay for the tests: the shapes, refusals and moods of the real one, with books of its own."""
