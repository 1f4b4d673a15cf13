"""Why a FastAGI peer or one of our own commands is refused."""

from enum import StrEnum

from ari_app.domain.errors import HotlineError


class Reason(StrEnum):
    """Values are metric labels: few, and never made of a peer's text."""

    PROBE = "probe"  # connected and closed without a byte
    CUT_SHORT = "cut_short"  # closed before its environment was complete
    SILENT = "silent"  # environment not complete in time
    LINE_TOO_LONG = "line_too_long"
    TOO_MANY_LINES = "too_many_lines"
    TOO_BIG = "too_big"
    NOT_AGI = "not_agi"  # a line that is not `agi_name: value`
    CONTROL_CHARACTER = "control_character"
    REPEATED_KEY = "repeated_key"
    MISPLACED_KEY = "misplaced_key"
    UNKNOWN_SCRIPT = "unknown_script"
    BAD_REPLY = "bad_reply"
    UNASKED_REPLY = "unasked_reply"
    COMMAND_REFUSED = "command_refused"  # Asterisk answered 510 or 520
    NO_REPLY = "no_reply"  # a command was not answered in time
    UNSENDABLE = "unsendable"  # a command of ours that would not stay one line
    TOO_SLOW = "too_slow"  # request not finished in time
    BUSY = "busy"
    STOPPING = "stopping"


class AgiRefused(HotlineError):
    """The peer does not speak FastAGI as Asterisk does, or a command must not be sent.

    `detail` never holds a value, only names and sizes, so it can be logged.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
