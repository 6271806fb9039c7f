"""The doors to search."""
