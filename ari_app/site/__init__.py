"""One installation: its configuration files, ports, secrets and processes."""
