"""Payment providers of the outside world, emulated for the tests: each a process with books of its own."""
