"""Where the register is kept: tables and the repository."""
