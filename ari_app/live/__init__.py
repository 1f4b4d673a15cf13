"""Redis: what desktops and walls look at; always rebuildable from PostgreSQL and Asterisk."""
