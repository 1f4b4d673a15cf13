"""`python -m ari_app.site.environment_file SITE PROCESS`: a process's settings, for systemd."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ari_app.domain.errors import HotlineError
from ari_app.site.layout import Site


def environment_of(site: Site, process: str) -> Mapping[str, str]:
    """agi has a database role of its own; the watchdog knows AMI and nothing else.

    Raises:
        BadSettings: the operator's hotline.env, with each line that is wrong.
    """
    chosen = site.choices().passed_on
    if process == "watchdog":
        level = {name: value for name, value in chosen.items() if name == "HOTLINE_LOG_LEVEL"}
        return {**site.watchdog_environment(), **level}
    if process == "agi":
        own = {"HOTLINE_DATABASE_URL": site.agi_database_url}
        return {**site.environment(), **chosen, **own}
    return {**site.environment(), **chosen}


def quoted(value: str) -> str:
    """As EnvironmentFile= reads it (systemd.exec(5))."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def main(arguments: Sequence[str]) -> int:
    folder, process = arguments
    try:
        values = environment_of(Site.load(Path(folder)), process)
    except HotlineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{name}={quoted(value)}\n" for name, value in values.items())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
