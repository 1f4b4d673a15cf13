"""The world outside: a second Asterisk that plays the trunk, the callers and the phones."""
