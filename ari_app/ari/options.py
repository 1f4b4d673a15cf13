"""What can be tuned on a client; the defaults suit one Asterisk on the same host."""

from dataclasses import dataclass

# Each costs Asterisk a full channel as JSON; none tells us anything we did not do ourselves.
NOISE = ("ChannelVarset", "ChannelDialplan", "ChannelConnectedLine", "ChannelCallerId")

# For a program that knows the state of what it asked for by the answers and by the ends: about
# half of what a hang-up makes Asterisk say, and the client parse, before anything else is done.
UNREAD = (
    *NOISE,
    "BridgeCreated",
    "BridgeDestroyed",
    "ChannelCreated",
    "ChannelEnteredBridge",
    "ChannelLeftBridge",
    "ChannelStateChange",
    "Dial",
    "EndpointStateChange",
    "PlaybackStarted",
    "RecordingStarted",
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """Times in seconds, sizes in bytes unless the name says otherwise."""

    request_timeout: float = 5.0
    file_timeout: float = 60.0
    connect_timeout: float = 5.0
    # Silence is noticed after at most ping_interval + ping_timeout.
    ping_interval: float = 3.0
    # Of a connection that is new; the pauses double from there to ping_interval.
    first_ping: float = 0.1
    ping_timeout: float = 5.0
    # For the event that a ping causes, once it is answered.
    echo_timeout: float = 2.0
    # Reconnects wait a random time up to a limit that doubles from first to longest.
    first_backoff: float = 0.1
    longest_backoff: float = 2.0
    # How long on_connected may reconcile, and how many events are kept meanwhile.
    reconcile_timeout: float = 30.0
    buffered_events: int = 50_000
    pending_requests: int = 10_000
    http_connections: int = 16
    # Below Asterisk's session_keep_alive (15 s), else a request meets a closing connection.
    http_keep_alive: float = 10.0
    max_message_bytes: int = 4 * 1024 * 1024
    ignored_events: tuple[str, ...] = NOISE
