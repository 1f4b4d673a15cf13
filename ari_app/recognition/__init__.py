"""Speech recognition: what a caller says becomes one of the phrases a flow asked for."""
