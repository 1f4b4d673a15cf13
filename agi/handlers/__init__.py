"""One module per script: `agi://host/<module>` in the dialplan runs its `handle`."""
