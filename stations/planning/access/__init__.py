"""Who may do what: accounts, sign-ins, rights, and links that expire."""
