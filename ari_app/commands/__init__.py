"""What the `hotline` command can do, one module per family of commands.

Nothing heavy is imported at the top of these modules: `hotline --help` answers at once.
"""
