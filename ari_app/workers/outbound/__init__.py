"""What leaves to a trunk: the gate, attempts left behind, callbacks."""
