"""What ships: city profiles, public facts with their sources, and the labelled demonstration data."""
