"""The FastAGI protocol without I/O: bytes in, values out, and the other way round.

Source: Asterisk 22, res/res_agi.c.
"""
