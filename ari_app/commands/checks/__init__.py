"""What `hotline check` looks at, one module per kind of thing; each returns findings."""
