"""A working day of a contact centre in virtual time, decided by the code that routes live calls.

Start reading at `run.simulate`. Nothing here does I/O; chance comes from a seed.
"""
