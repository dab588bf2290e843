"""Geocoders on the network, asked only where one is configured."""
