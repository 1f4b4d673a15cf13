"""Brings what the two commands need; standard library only, run as `python3 -m tools.setup`."""
