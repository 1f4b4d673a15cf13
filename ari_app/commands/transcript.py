"""What happened in a test call, told line by line as it happens, and kept for --json."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ari_app.commands import show

if TYPE_CHECKING:
    from ari_app.commands.terminal import Terminal
    from ari_app.lab.ear import Heard

WHO_WIDTH, DID_WIDTH, WHAT_WIDTH = 7, 8, 24


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` is seconds since the dialling; `who` is `caller` or an extension."""

    at: float
    who: str
    did: str
    what: str = ""
    text: str = ""


@dataclass(slots=True)
class Transcript:
    """`texts` maps language, then prompt name, to what the prompt says."""

    terminal: "Terminal"
    texts: Mapping[str, Mapping[str, str]]
    now: Callable[[], float] = time.monotonic
    entries: list[Entry] = field(default_factory=list)
    _began: float = 0.0

    def begin(self) -> None:
        self._began = self.now()

    def add(self, who: str, did: str, what: str = "", text: str = "") -> None:
        entry = Entry(round(max(0.0, self.now() - self._began), 1), who, did, what, text)
        self.entries.append(entry)
        self.terminal.say(line(entry, self.terminal.words))

    def heard(self, who: str, item: "Heard") -> None:
        what, text = named(item.what, self.texts, self.terminal.words)
        self.add(who, "heard", what, text)


def named(
    heard: str, texts: Mapping[str, Mapping[str, str]], words: Callable[[str], str]
) -> tuple[str, str]:
    """`zh/welcome` -> (welcome, its text); `tone 620` -> (tone 620 Hz, nothing)."""
    language, slash, name = heard.partition("/")
    if slash:
        return name, texts.get(language, {}).get(name, "")
    kind, _, hertz = heard.partition(" ")
    return (f"{kind} {hertz} Hz", "") if hertz else (words(heard), "")


def line(entry: Entry, words: Callable[[str], str]) -> str:
    who, did = show.padded(entry.who, WHO_WIDTH), show.padded(words(entry.did), DID_WIDTH)
    what = show.padded(entry.what, WHAT_WIDTH)
    return f"{entry.at:6.1f} s  {who}  {did}  {what}  {entry.text}".rstrip()


def read_texts(manifest: Path) -> dict[str, dict[str, str]]:
    """Raises: BadManifest."""
    from ari_app.domain.flow import LANGUAGES
    from ari_app.domain.speech.manifest import read_manifest

    prompts = read_manifest(manifest.read_text(encoding="utf-8"))
    return {language: prompts.texts(language) for language in LANGUAGES}
