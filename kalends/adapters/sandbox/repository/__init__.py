"""The provider's statements."""
