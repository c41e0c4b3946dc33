"""Fetching over the network, politely."""
