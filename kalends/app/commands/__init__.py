"""What people type: each command reads its settings, does one thing, and says what it did."""
