"""Who is within reach and where the gaps are, and how people read it."""
