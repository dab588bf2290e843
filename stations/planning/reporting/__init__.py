"""The yearly report, and the figures of any text held against the register."""
