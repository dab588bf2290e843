"""Page 选址 and its parts."""
