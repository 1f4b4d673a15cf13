"""Settings: those of the site, and what the environment of this shell would change."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ari_app.domain.errors import BadSettings
from ari_app.domain.finding import Finding, error, warning

if TYPE_CHECKING:
    from ari_app.site.layout import Site

PREFIX = "HOTLINE_"
# Read by the programs that start a site, and by the watchdog, which refuses wrong ones itself.
WATCHDOG = ("HOTLINE_AMI_", "HOTLINE_WATCHDOG_")
OTHERS = frozenset({"HOTLINE_SITE", "HOTLINE_ASTERISK", "HOTLINE_CACHE", "HOTLINE_DEBIAN_MIRROR"})


def check_choices(site: "Site", driver: Path | None = None) -> Iterator[Finding]:
    """What the operator wrote into hotline.env, and the card it asks for."""
    from ari_app.site import e1

    try:
        chosen = site.choices()
    except BadSettings as bad:
        for problem in bad.problems:
            place, _, what = problem.removeprefix(f"{site.choices_file}, ").partition(": ")
            yield error(str(site.choices_file), place, what, "correct it; docs/operations.md")
        return
    if chosen.e1 and not (driver or e1.DRIVER).exists():
        cure = "load the card's driver, or empty it; calls over SIP go on"
        yield warning(str(site.choices_file), "HOTLINE_E1", f"no card for {chosen.e1}", cure)


def check_settings(site: "Site | None", env: Mapping[str, str]) -> Iterator[Finding]:
    from ari_app.settings import Settings

    own = {
        name: value
        for name, value in env.items()
        if name.startswith(PREFIX) and not name.startswith(WATCHDOG)
    }
    known = {f"{PREFIX}{name.upper()}" for name in Settings.__dataclass_fields__}
    for name in sorted(own.keys() - known - OTHERS):
        yield warning("environment", name, "no setting has this name", f"`unset {name}`")
    if site is None:
        return
    yield from check_choices(site)
    try:
        Settings.from_env({**site.environment(), **own})
    except BadSettings as bad:
        for problem in bad.problems:
            name = problem.split("=")[0].split()[0]
            what = problem.removeprefix(name).lstrip("= ")
            yield error("environment", name, what, "correct it, or unset it")
