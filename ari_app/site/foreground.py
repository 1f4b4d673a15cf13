"""`python -m ari_app.site.foreground SITE`: writes Asterisk's configuration, then becomes Asterisk.

For supervisors that want the process itself: systemd (deploy/), containers.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ari_app.domain.errors import HotlineError
from ari_app.site.installation import Installation
from ari_app.site.layout import Site


def command(site: Site) -> tuple[str, ...]:
    """What to run, once everything it reads is written.

    Raises:
        BadSettings: no Asterisk that is new enough; says what to run.
    """
    installation = Installation(site)
    installation.need_choices()
    asterisk = installation.asterisk
    for name in ("spool", "messages", "archive"):
        (site.recordings / name).mkdir(parents=True, exist_ok=True)
    asterisk.render()
    installation.publish_prompts()
    return (str(asterisk.program.path), "-C", str(asterisk.etc / "asterisk.conf"), "-f", "-n")


def main(arguments: Sequence[str]) -> None:
    try:
        program = command(Site.load(Path(arguments[0])))
    except (HotlineError, OSError) as error:
        sys.exit(str(error))
    os.execv(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
