"""Lists of others: examined, matched with the register, located, and brought in."""
