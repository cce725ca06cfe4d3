"""The arithmetic of identity: what a good password, e-mail or phone number is, and how roles rank."""
