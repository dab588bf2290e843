"""What leaves the house for programs and offices: JSON, files, feeds, OGC API."""
