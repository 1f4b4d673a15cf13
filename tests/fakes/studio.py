"""A studio without disk or database: recordings of too few letters are refused."""

from ari_app.domain.speech import Language
from ari_app.flows.record_prompt import Draft, Refused


class FakeStudio:
    def __init__(self, *, refuses: int = 0) -> None:
        """Args: refuses: how many of the first recordings."""
        self.kept: list[tuple[str, str, str]] = []
        self.left: set[str] = set()  # recordings and drafts that still lie about
        self._refuses = refuses
        self._recordings = 0

    async def named(self, number: str) -> str | None:
        return {"101": "welcome", "102": "goodbye"}.get(number)

    def next_recording(self) -> str:
        self._recordings += 1
        name = f"recording-{self._recordings}"
        self.left.add(name)
        return name

    async def draft(self, recording: str, name: str, language: Language) -> Draft:
        if self._recordings <= self._refuses:
            raise Refused("too quiet")
        draft = Draft(name, language, f"take-{self._recordings}")
        self.left.add(draft.played_as)
        return draft

    async def keep(self, draft: Draft, by: str) -> None:
        self.kept.append((draft.name, draft.language, by))

    async def drop(self, recording: str, draft: Draft | None) -> None:
        self.left.discard(recording)
        if draft is not None:
            self.left.discard(draft.played_as)
