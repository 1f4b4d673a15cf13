"""The port to recognition engines: one small adapter per engine."""

from collections.abc import Collection, Sequence
from typing import Protocol

from ari_app.domain.listening import Understood


class Engine(Protocol):
    """Judges whole utterances, outside the event loop: in a process, or over the network."""

    @property
    def languages(self) -> Collection[str]:
        """zh, en: what it understands here and now; empty when it is not installed."""

    def unknown_words(self, language: str, phrases: Sequence[str]) -> Sequence[str]:
        """Words it could never understand. Blocking: for checks."""

    async def judge(self, language: str, phrases: Sequence[str], audio: bytes) -> Understood:
        """The phrase that was said, or none.

        Args:
            audio: one utterance, 8 kHz, 16 bits, native order, at most some seconds.

        Raises:
            Unavailable: it has died, does not answer, or too many wait.
        """

    async def warm_up(self) -> None:
        """Makes the first judgement as quick as the others. Raises: Unavailable."""
