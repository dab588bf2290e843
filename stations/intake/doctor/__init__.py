"""The data doctor: what is odd about a list or the register. It reports and changes nothing."""
