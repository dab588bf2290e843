"""Streets from OpenStreetMap files, in a process of their own."""
