"""Who takes which call, as pure decisions: the same code runs live and in the simulator.

Start reading at `matcher.Matcher`. Nothing here does I/O or looks at a clock.
"""
