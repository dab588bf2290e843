"""Station Atlas: a planning tool for union service stations (see stations/README.md for the house rules)."""

__version__ = "0.1.0"
