"""Queues: would the engine take their rows?"""

import re
from collections.abc import Collection, Iterator

from ari_app.commands.checks.finding import Finding, error

PLACE = re.compile(r"^(queue '[^']*'(?:, [^:]*)?): ")
CURES = (
    ("unknown skill", "name a skill of the table skill, or add it there"),
    ("goes backwards", "a later step may only ask for the same or less"),
    ("does not come after", "give the steps rising times"),
    ("is not in the manifest", "add it to sounds/manifest.toml and run `make sounds`"),
)


def check_queues(problems: Collection[str]) -> Iterator[Finding]:
    """Sentences of the engine's own check, taken apart into place, what and cure."""
    for text in problems:
        found = PLACE.match(text)
        cure = next((cure for words, cure in CURES if words in text), "see dialplan/README.md")
        place = found[1] if found else ""
        yield error("table queue", place, PLACE.sub("", text), cure)
