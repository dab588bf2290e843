"""The door: who is let in, and page 账号."""
