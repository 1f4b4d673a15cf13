"""Counters of one client; plain numbers that a metrics page reads when it likes."""

from dataclasses import dataclass


@dataclass(slots=True)
class Stats:
    requests: int = 0  # over a WebSocket
    slow_requests: int = 0  # over HTTP
    in_flight: int = 0  # over a WebSocket, now
    timeouts: int = 0
    late_answers: int = 0  # came after their deadline, or to nobody
    events: int = 0
    unknown_events: int = 0
    bad_frames: int = 0
    strays: int = 0
    deliveries: int = 0
    inbox_depth_max: int = 0
    inbox_overflows: int = 0
    connections: int = 0
    reconnects: int = 0
    losses: int = 0
    hook_failures: int = 0
