"""Writes ari_app/ari's models, events and operations from Asterisk's own API description."""
