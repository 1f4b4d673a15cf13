"""Queues: would the engine take their rows?"""

import re
from collections.abc import Collection, Iterator

from ari_app.commands.checks.finding import Finding, error

PLACE = re.compile(r"^(queue '[^']*'(?:, [^:]*)?): ")
CURES = (
    ("unknown skill", "name a skill of the table skill, or add it there"),
    ("goes backwards", "a later step may only ask for the same or less"),
    ("does not come after", "give the steps rising times"),
    ("in a circle", "let one of them send callers to a mailbox instead"),
    ("there is no queue", "name a queue that `hotline queues` lists"),
    ("there is no mailbox", "name a mailbox that is in the table mailbox"),
    ("there is no flow", "name a flow of dialplan/flows"),
    ("nothing is dialled", "name a queue, a mailbox or a flow"),
    ("overlap", "make one row of both, or move one"),
    ("is not in the manifest", "add it to sounds/manifest.toml and run `make sounds`"),
)


def check_queues(problems: Collection[str]) -> Iterator[Finding]:
    """Sentences of the engine's own check, taken apart into place, what and cure."""
    for text in problems:
        found = PLACE.match(text)
        cure = next((cure for words, cure in CURES if words in text), "see dialplan/README.md")
        place = found[1] if found else ""
        yield error("table queue", place, PLACE.sub("", text), cure)
