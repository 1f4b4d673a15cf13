"""The systemd units say what they must; systemd's own check runs where it is installed."""

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from ari_app.settings import Settings
from ari_app.site.kept import CALLERS_FIRST
from ari_app.site.layout import Ports, Secrets, Site, State
from watchdog import settings as watchdog_settings

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
NAMES = [path.name for path in UNITS]
PYTHON = "/opt/hotline/.venv/bin/python"
Unit = Mapping[str, list[str]]

LOCKED = {
    "User": "hotline",
    "Group": "hotline",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectControlGroups": "yes",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "SystemCallArchitectures": "native",
}
LOCAL = [name for name in NAMES if name != "hotline-asterisk.service"]


def read(path: Path) -> Unit:
    """Every value of every key, whatever its section; no key of ours is in two."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text().splitlines():
        if line and not line.startswith(("#", "[")):
            key, equals, value = line.partition("=")
            assert equals, f"{path.name}: {line!r}"
            found[key].append(value)
    return found


def unit(name: str) -> Unit:
    return read(DEPLOY / "systemd" / name)


@pytest.mark.parametrize("name", LOCAL)
def test_what_we_wrote_weighs_as_it_does_under_hotline_up(name: str) -> None:
    assert unit(name)["Nice"] == [str(CALLERS_FIRST)]
    assert int(unit(name)["CPUWeight"][0]) > 100  # what other units have


def variables(text: str) -> set[str]:
    return set(re.findall(r"^#?(HOTLINE_\w+)=", text, re.M))


def test_the_target_starts_every_unit() -> None:
    (wanted,) = unit("hotline.target")["Wants"]

    assert sorted(wanted.split()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_runs_a_module_that_exists(name: str) -> None:
    (command,) = unit(name)["ExecStart"]
    program, option, module, *_ = command.split()

    place = REPOSITORY.joinpath(*module.split("."))
    assert (program, option) == (PYTHON, "-m")
    assert (place / "__main__.py").is_file() or place.with_suffix(".py").is_file()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("key", "value"), LOCKED.items())
def test_a_unit_is_locked_in(name: str, key: str, value: str) -> None:
    assert unit(name)[key] == [value]


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_speaks_ip_and_unix_sockets_only(name: str) -> None:
    families = set(unit(name)["RestrictAddressFamilies"][0].split())

    assert families - {"AF_NETLINK"} == {"AF_INET", "AF_INET6", "AF_UNIX"}
    assert "AF_NETLINK" not in families or name == "hotline-asterisk.service"


@pytest.mark.parametrize("name", LOCAL)
def test_all_but_asterisk_stay_on_this_machine(name: str) -> None:
    assert unit(name)["IPAddressDeny"] == ["any"]
    assert unit(name)["IPAddressAllow"] == ["localhost"]
    assert unit(name)["PrivateDevices"] == ["yes"]


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_comes_back_for_ever_within_a_second(name: str) -> None:
    assert unit(name)["Restart"] == ["always"]
    assert unit(name)["RestartSec"] == ["200ms" if name == "hotline-ari_app.service" else "1"]
    assert unit(name)["StartLimitIntervalSec"] == ["0"]
    assert unit(name)["LimitNOFILE"]


@pytest.mark.parametrize("name", NAMES)
def test_no_unit_takes_another_down_with_it(name: str) -> None:
    assert {"Requires", "Requisite", "BindsTo"}.isdisjoint(unit(name))
    assert unit(name)["PartOf"] == ["hotline.target"]


def test_a_frozen_engine_is_killed_after_ten_seconds() -> None:
    engine = unit("hotline-ari_app.service")

    assert engine["Type"] == ["notify"]
    assert engine["WatchdogSec"] == ["10"]
    assert engine["WatchdogSignal"] == ["SIGKILL"]


def test_the_engine_writes_recordings_its_journal_and_prompts_only() -> None:
    (paths,) = unit("hotline-ari_app.service")["ReadWritePaths"]

    assert [Path(path).name for path in paths.split()] == [
        "recordings",
        "state",
        "prompts",
        "sounds",
    ]


@pytest.mark.parametrize("name", ["hotline-agi.service", "hotline-watchdog.service"])
def test_who_keeps_nothing_writes_nowhere(name: str) -> None:
    assert "ReadWritePaths" not in unit(name)


def test_every_variable_of_the_example_is_read_by_somebody() -> None:
    example = variables((DEPLOY / "hotline.env.example").read_text())
    engine = {f"HOTLINE_{each.name.upper()}" for each in fields(Settings)}
    watchdog = {variable for variable, _ in watchdog_settings._VARIABLES.values()}

    assert example <= engine | watchdog


def test_every_variable_that_must_be_set_is_in_the_example() -> None:
    example = variables((DEPLOY / "hotline.env.example").read_text())
    needed = {
        f"HOTLINE_{each.name.upper()}" for each in fields(Settings) if each.default is MISSING
    }

    assert needed | set(site().environment()) | set(site().watchdog_environment()) <= example


def site() -> Site:
    ports = Ports(**{each: 1 for each in Ports.__struct_fields__})
    passwords = Secrets(**{each: "x" for each in Secrets.__struct_fields__})
    return Site(Path("/site"), State(ports, passwords, 1))


def test_the_example_holds_no_secret() -> None:
    text = (DEPLOY / "hotline.env.example").read_text()

    assert not re.findall(r"^HOTLINE_\w*(?:PASSWORD|TOKEN|URL)=.+$", text, re.M)


def test_the_account_and_the_folders_of_the_units_are_made() -> None:
    made = (DEPLOY / "tmpfiles.conf").read_text()
    written = " ".join(" ".join(unit(name).get("ReadWritePaths", [])) for name in NAMES).split()

    assert "u hotline " in (DEPLOY / "sysusers.conf").read_text()
    assert all(re.search(rf"^d {re.escape(path)} ", made, re.M) for path in written)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    for path in [*UNITS, DEPLOY / "systemd/hotline.target"]:
        (tmp_path / path.name).write_text(path.read_text().replace(PYTHON, sys.executable))
    command = ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.iterdir())]

    checked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert "hotline" not in checked.stderr
    assert checked.returncode == 0
