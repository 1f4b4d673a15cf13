"""Which Debian mirror this machine uses, read from its own apt configuration."""

import re
from collections.abc import Iterable, Mapping

from tools.setup.commands import run
from tools.setup.trouble import CommandFailed, SetupFailed, WrongSetting

# Fields that apt does not know yet (no lists fetched) stay as they are written: `$(ORIGIN)`.
FORMAT = "$(SITE) $(ORIGIN) $(LABEL)"
SETTING = "HOTLINE_DEBIAN_MIRROR"


def debian_mirror(env: Mapping[str, str]) -> str:
    """The mirror's address; raises WrongSetting or SetupFailed."""
    if named := env.get(SETTING):
        if not re.fullmatch(r"[a-z][a-z0-9+]*:/\S+", named):
            raise WrongSetting(f"{SETTING}={named!r} is no address", "give one as in sources.list")
        return named
    try:
        mirror = pick_mirror(package_sources())
    except (OSError, CommandFailed) as error:
        raise not_a_debian_machine() from error
    if mirror is None:
        raise not_a_debian_machine()
    return mirror


def package_sources(*options: str) -> list[str]:
    """`site origin label` of each source, in whichever format it is written; no network.

    Before the first `apt-get update` apt names no targets: then the addresses it would fetch tell.
    """
    targets = ["indextargets", "--format", FORMAT, "Created-By: Packages"]
    known = run(["apt-get", *options, *targets]).splitlines()
    if known:
        return known
    would_fetch = run(["apt-get", *options, "update", "--print-uris"])
    sites = re.findall(r"^'(\S+?)/dists/\S+/InRelease'", would_fetch, re.MULTILINE)
    return [f"{site} $(ORIGIN) $(LABEL)" for site in sites]


def pick_mirror(lines: Iterable[str]) -> str | None:
    """The first source that is Debian's archive itself: not its security one, not a stranger's."""
    sources = [line.split(" ", 2) for line in lines if line.count(" ") >= FORMAT.count(" ")]
    usable = [source for source in sources if _carries_sid(*source)]
    known = [site for site, origin, _ in usable if origin == "Debian"]
    return next(iter(known or [site for site, _, _ in usable]), None)


def _carries_sid(site: str, origin: str, label: str) -> bool:
    if site.startswith("cdrom:") or "security" in site or label == "Debian-Security":
        return False
    if origin == "$(ORIGIN)":
        return re.search(r"/debian(/|$|\.list$)", site) is not None
    return origin == "Debian"


def not_a_debian_machine() -> SetupFailed:
    return SetupFailed(
        "the package sources of this machine name no Debian mirror to take Asterisk from",
        f"set HOTLINE_ASTERISK to an Asterisk >= 22.10.1, or {SETTING} to a mirror",
    )
