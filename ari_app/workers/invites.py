"""Which live call came with which INVITE: one that came over two paths is served once.

Both copies have the same Call-ID (RFC 3261, 8.2.2.2); Asterisk makes a channel of each.
"""

from uuid import UUID


class Invites:
    def __init__(self) -> None:
        self._first: dict[str, UUID] = {}

    def is_copy(self, sip_id: str, call_id: UUID) -> bool:
        """Args: sip_id: SIP's Call-ID; empty for other channels."""
        return bool(sip_id) and self._first.setdefault(sip_id, call_id) != call_id

    def over(self, sip_id: str, call_id: UUID) -> None:
        if self._first.get(sip_id) == call_id:
            del self._first[sip_id]
