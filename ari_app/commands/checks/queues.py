"""Queues: would the engine take their rows?"""

import re
from collections.abc import Collection, Iterator

from ari_app.domain.finding import Finding, told

PLACE = re.compile(r"^(queue '[^']*'(?:, [^:]*)?): ")
CURES = (
    ("unknown skill", "name a skill of the table skill, or add it there"),
    ("goes backwards", "a later step may only ask for the same or less"),
    ("does not come after", "give the steps rising times"),
    ("in a circle", "let one of them send callers to a mailbox instead"),
    ("there is no flow", "name a flow of dialplan/flows"),
    ("nothing is dialled", "name a queue, a mailbox or a flow"),
    ("not in use", "set is_active again, or lead the flow elsewhere first"),
    ("farthest back", "make it shorter"),
    ("max_wait_seconds", "make it shorter"),
    ("overlap", "make one row of both, or move one"),
)


def check_queues(problems: Collection[str]) -> Iterator[Finding]:
    """Sentences of the engine's own check, taken apart into place, what and cure."""
    return (told("table queue", text, (PLACE,), CURES) for text in problems)
