"""A scratch Asterisk that reads the configuration as it is, on ports of its own, for nobody."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ari_app.commands.checks.contracts import check_contracts
from ari_app.commands.checks.dialplan import Known, check_dialplan, contexts, names, steps
from ari_app.domain.finding import Finding, Level, error

if TYPE_CHECKING:
    from ari_app.site.asterisk import Asterisk
    from ari_app.site.layout import Site
from ari_app.sounds.takes import Takes

COMPLAINT = re.compile(r"\] (WARNING|ERROR)\[\d+\](?:\[[^]]*\])? ([\w/.-]+): (.*)$")
PLACE = re.compile(r"(?:at )?line (\d+) (?:of|in) '?([\w./-]+\.conf)'?|([\w./-]+\.conf):(\d+)")
TEMPLATES = "asterisk-conf"


def check_asterisk(site: "Site | None", source: Path) -> tuple[str, list[Finding]]:
    """Its version, and all it complains about.

    Args:
        site: whose phones and trunks to configure; None takes sample phones.
        source: the tree that holds dialplan/ and sounds/.

    Raises:
        BadSettings: there is no Asterisk to start. Unavailable: it did not start.
    """
    dialplan, generated = source / "dialplan", source / "sounds" / "generated"
    with _scratch_site(site) as scratch:
        asterisk = _asterisk(scratch, dialplan)
        asterisk.render()
        if generated.is_dir():  # else the prompts are missing, which is a finding of its own
            asterisk.publish_sounds(generated, Takes(scratch.prompts))
        try:
            asterisk.start()
            found = list(_read_dialplan(asterisk, dialplan))
        finally:
            asterisk.stop()
        log = asterisk.folder / "log" / "messages"
        found += complaints(log.read_text(errors="replace"))
    return asterisk.program.version.partition("+")[0], found


def _read_dialplan(asterisk: "Asterisk", dialplan: Path) -> Iterator[Finding]:
    shown = asterisk.console("dialplan show")
    if not shown:
        yield error(str(dialplan), "", "Asterisk does not show its dialplan", "look at its log")
        return
    known = Known(
        contexts(shown),
        names(asterisk.console("core show applications")),
        names(asterisk.console("core show functions")),
    )
    yield from check_dialplan(steps(shown), known, dialplan)
    yield from check_contracts(shown, _scripts(dialplan.parent), _variables(), dialplan)


def _scripts(source: Path) -> set[str]:
    return {path.stem for path in (source / "agi" / "handlers").glob("*.py")}


def _variables() -> set[str]:
    from agi.variables import VARIABLES

    return set(VARIABLES)


def complaints(log: str) -> list[Finding]:
    """Warnings and errors of Asterisk's own log; the place where it names one."""
    found = (COMPLAINT.search(line) for line in log.splitlines())
    return [_complaint(hit[1], hit[2], hit[3]) for hit in found if hit]


def _complaint(level: str, source: str, text: str) -> Finding:
    hit = PLACE.search(text)
    file, place = f"{TEMPLATES}/", source
    if hit is not None:
        file, place = _written_in(hit[2] or hit[3]), f"line {hit[1] or hit[4]}"
    what = " ".join(PLACE.sub("", text).split())
    cure = "correct it there" if hit else "look at what asterisk-conf/ says of it"
    return Finding(Level.ERROR if level == "ERROR" else Level.WARNING, file, place, what, cure)


def _written_in(rendered: str) -> str:
    """The file in the source tree from which this one was made."""
    path = Path(rendered)
    if path.parent.name == "dialplan":
        return f"dialplan/{path.name}"
    return f"{TEMPLATES}/{path.name}.j2"


@contextmanager
def _scratch_site(site: "Site | None") -> Iterator["Site"]:
    """Other ports, a temporary folder, and no trunk that would be rung or asked for life."""
    import msgspec

    from ari_app.site.layout import Site

    with tempfile.TemporaryDirectory(prefix="hotline-check-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        fresh = Site.create(folder / "site", ("1001", "1002"))
        try:
            if site is None:
                yield fresh
                return
            silent = tuple(msgspec.structs.replace(t, qualify_seconds=0) for t in site.state.trunks)
            state = msgspec.structs.replace(fresh.state, phones=site.state.phones, trunks=silent)
            yield Site(fresh.folder, state)
        finally:
            shutil.rmtree(fresh.folder, ignore_errors=True)  # may be elsewhere: see Site.create


def _asterisk(site: "Site", dialplan: Path) -> "Asterisk":
    from dataclasses import replace

    from ari_app.site.asterisk import product_asterisk
    from ari_app.site.programs import find_asterisk
    from ari_app.site.users import service_user

    user = service_user(("asterisk", "hotline"))
    return replace(product_asterisk(site, find_asterisk(), user), dialplan=dialplan)
