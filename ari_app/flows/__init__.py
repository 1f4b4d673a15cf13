"""What a caller experiences: one coroutine per node type, and the runner that strings them."""
