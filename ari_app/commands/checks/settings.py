"""Settings: those of the site, and what the environment of this shell would change."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ari_app.commands.checks.finding import Finding, error, warning
from ari_app.domain.errors import BadSettings

if TYPE_CHECKING:
    from ari_app.site.layout import Site

PREFIX = "HOTLINE_"
# Read by the programs that start a site, and by the watchdog, which refuses wrong ones itself.
WATCHDOG = ("HOTLINE_AMI_", "HOTLINE_WATCHDOG_")
OTHERS = frozenset({"HOTLINE_SITE", "HOTLINE_ASTERISK", "HOTLINE_CACHE", "HOTLINE_DEBIAN_MIRROR"})


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
    try:
        Settings.from_env({**site.environment(), **own})
    except BadSettings as bad:
        for problem in bad.problems:
            name = problem.split("=")[0].split()[0]
            what = problem.removeprefix(name).lstrip("= ")
            yield error("environment", name, what, "correct it, or unset it")
