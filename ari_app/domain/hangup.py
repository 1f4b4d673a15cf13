"""What the cause of a hang-up says: somebody's wish, or a line that broke."""

from collections.abc import Mapping

from ari_app.domain.facts import EndReason

NORMAL = 16  # Q.850: normal clearing
# ITU-T Q.850. SIP carries it in a BYE's Reason header (RFC 3326), E1 in every release.
BROKEN: Mapping[int, EndReason] = {
    27: EndReason.TRUNK_LOST,  # destination out of order
    38: EndReason.TRUNK_LOST,  # network out of order
    41: EndReason.TRUNK_LOST,  # temporary failure: radio contact lost, for one
    44: EndReason.NO_AUDIO,  # Asterisk's own, when no RTP comes any more
    47: EndReason.TRUNK_LOST,  # resource unavailable
    102: EndReason.TRUNK_LOST,  # recovery on timer expiry
}


def caller_gone(cause: int | None) -> EndReason:
    """Of a caller's channel that we did not end."""
    return BROKEN.get(cause or 0, EndReason.CALLER_HUNG_UP)


def cause_told(cause: int | None, *, soft: bool | None, answered: bool) -> int | None:
    """Of a request to hang up. Asterisk's own (`soft`) have a flag of its source for a cause. A BYE
    need not give a reason, and any other end of a call that was answered (no answer to a request,
    a broken connection) has a SIP code of 300 and more, of which Asterisk makes a cause."""
    if soft:
        return None
    return cause or (NORMAL if answered else None)
