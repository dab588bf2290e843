"""The figures that a text states, and what they are said to count."""
