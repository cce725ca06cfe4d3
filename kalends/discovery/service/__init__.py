"""The use cases of searching and of favourites."""
