"""How data comes in: readers, header mapping, validation and findings."""
