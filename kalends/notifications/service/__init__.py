"""Writing, rendering, sending and showing messages and documents."""
