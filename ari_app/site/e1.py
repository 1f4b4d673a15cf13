"""How the E1 spans of a site are, from what Asterisk's console says."""

from collections.abc import Mapping
from pathlib import Path

from ari_app.domain.errors import Unavailable

QUESTION = "dahdi show status"
DRIVER = Path("/dev/dahdi")
NO_CARD = "no card, or its driver is not loaded: `dahdi_cfg -vv`; calls over SIP go on"
_NAME, _ALARM = slice(0, 40), slice(41, 48)  # columns of `dahdi show status`


def spans(shown: str) -> Mapping[str, str]:
    """Name of each span -> its alarm, `OK` when there is none."""
    _, found, rows = shown.partition("LBO")
    lines = rows.splitlines() if found else []
    return {line[_NAME].strip(): line[_ALARM].strip() for line in lines if line[_ALARM].strip()}


def judge(shown: str) -> str:
    """One word on spans that are well.

    Raises:
        Unavailable: there are none, or one has an alarm.
    """
    if not shown:
        raise Unavailable("Asterisk does not answer")
    known = spans(shown)
    if not known:
        raise Unavailable(NO_CARD)
    ill = [f"{name}: {alarm}" for name, alarm in known.items() if alarm != "OK"]
    if ill:
        raise Unavailable(f"{'; '.join(ill)}: look at the cable and at the carrier's end")
    return f"{len(known)} spans"
