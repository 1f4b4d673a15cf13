"""HTTP: health and metrics now; the API of desktop, wall and admin later."""
