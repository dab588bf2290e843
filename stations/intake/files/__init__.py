"""Files of every kind, read as they are: in a process of their own, by their content, within limits."""
