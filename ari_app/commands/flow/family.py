"""`hotline flow`: what callers hear and press, tried, tested, drawn and published."""

import typer

from ari_app.commands.flow import attempt, drawing, golden, publishing
from ari_app.commands.register import application, command, group


def add_to(app: typer.Typer) -> None:
    family = application("Flows: try, test, show, publish and roll back what callers hear.")
    group(family)(drawing.listing)
    for name, function in (
        ("list", drawing.listing),
        ("show", drawing.picture_of),
        ("try", attempt.attempt),
        ("test", golden.test),
        ("diff", publishing.diff),
        ("publish", publishing.publish),
        ("versions", publishing.versions),
        ("rollback", publishing.rollback),
    ):
        command(family, name)(function)
    app.add_typer(family, name="flow")
