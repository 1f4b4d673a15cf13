"""Who is stranded: callers in Stasis whom ari_app did not take within the patience."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Stasis(hotline-<lane>,call,...) in dialplan/inbound.conf; feature codes say `feature`.
_CALL = re.compile(r"hotline-\d{1,4},call(,|$)")
_UNSET = ("", "(null)")
GROUP, TAKEN = "GROUP(call)", "taken"  # of whom ari_app serves
_ONE_VALUE = ("Channel", "Uniqueid", "Application", "Data")


class Forged(Exception):
    """A header that Asterisk writes once came twice: text of a caller may have broken a line."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One channel as one look showed it."""

    name: str
    unique_id: str
    is_call: bool  # in Stasis, for one of our applications, as a call
    acknowledged: bool = False
    bridged: bool = False
    call_id: str = ""


def read_channel(event: Mapping[str, object]) -> Seen:
    """An event `Status` of AMI; repeated headers are lists.

    Raises:
        Forged: leave this channel alone.
    """
    name, unique_id, application, data = (event.get(key, "") for key in _ONE_VALUE)
    if not isinstance(name, str) or not isinstance(unique_id, str) or not name:
        raise Forged("Channel or Uniqueid")
    if not isinstance(application, str) or not isinstance(data, str):
        raise Forged("Application or Data")
    variables = _variables(event.get("Variable", []))
    return Seen(
        name=name,
        unique_id=unique_id,
        is_call=application == "Stasis" and _CALL.match(data) is not None,
        acknowledged=variables.get(GROUP) == TAKEN,
        bridged=event.get("BridgeID", "") not in _UNSET,
        call_id=variables.get("CC_CALL", ""),
    )


def _variables(lines: object) -> dict[str, str]:
    if isinstance(lines, str):
        lines = [lines]
    if not isinstance(lines, list):
        return {}
    pairs = (str(line).partition("=") for line in lines)
    return {name: value for name, _, value in pairs if value not in _UNSET}


@dataclass(slots=True)
class _Wait:
    since: float
    tries: int = 0


class Patience:
    """Remembers since when each caller has been waiting, from one look to the next."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waits: dict[str, _Wait] = {}

    def stranded(self, channels: Iterable[Seen], now: float) -> list[Seen]:
        """Those to rescue now; whoever could not be rescued before comes last.

        Who is in a bridge talks to somebody and is left alone, whatever was acknowledged.
        """
        waiting = {
            channel.unique_id: channel
            for channel in channels
            if channel.is_call and not channel.acknowledged and not channel.bridged
        }
        self._waits = {key: self._waits.get(key) or _Wait(now) for key in waiting}
        late = [key for key, wait in self._waits.items() if now - wait.since >= self._seconds]
        late.sort(key=lambda key: (self._waits[key].tries, self._waits[key].since))
        return [waiting[key] for key in late]

    def tried(self, channel: Seen) -> None:
        """A rescue was begun."""
        if wait := self._waits.get(channel.unique_id):
            wait.tries += 1

    @property
    def waiting(self) -> int:
        """Callers in Stasis whom nobody took yet."""
        return len(self._waits)
