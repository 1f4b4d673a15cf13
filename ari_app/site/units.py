"""The same programs started by systemd (deploy/systemd), where there are no process id files."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ari_app.site.asked import environment_of_process
from ari_app.site.layout import Site

HEALTH_FILE = Path("/run/hotline/watchdog.json")
SECONDS = 3


@dataclass(frozen=True, slots=True)
class WatchdogUnit:
    pid: int
    health_file: Path


def main_pid(unit: str) -> int | None:
    """The process of a unit that runs; None without systemd too."""
    if (systemctl := shutil.which("systemctl")) is None:
        return None
    command = [systemctl, "show", "--property", "MainPID", "--value", unit]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = done.stdout.strip()
    return int(said) if said.isdecimal() and int(said) else None


def watchdog_unit(site: Site) -> WatchdogUnit | None:
    """Where systemd's watchdog says how it is, unless it watches another site's Asterisk."""
    if (pid := main_pid("hotline-watchdog.service")) is None:
        return None
    environment = environment_of_process(pid)
    if environment.get("HOTLINE_AMI_PORT", str(site.ports.ami)) != str(site.ports.ami):
        return None
    return WatchdogUnit(pid, Path(environment.get("HOTLINE_WATCHDOG_HEALTH", HEALTH_FILE)))
