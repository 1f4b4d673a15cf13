"""One running Asterisk: rendered configuration, start, console commands, stop."""

import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ari_app.domain.cel import cel_custom_mapping
from ari_app.domain.errors import Unavailable
from ari_app.site.choices import Choices
from ari_app.site.layout import Site
from ari_app.site.open_files import raise_file_limit
from ari_app.site.processes import Background
from ari_app.site.programs import AsteriskProgram
from ari_app.site.render import DIALPLAN, TEMPLATES, copy_dialplan, render, render_e1
from ari_app.site.users import ServiceUser
from ari_app.sounds.publish import publish_all
from ari_app.sounds.takes import Takes

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Asterisk:
    """An instance below `folder`; `values` fill the templates beside the paths set here."""

    program: AsteriskProgram
    folder: Path
    node: str
    values: Mapping[str, Any]
    user: ServiceUser | None = None
    overrides: Path | None = None
    changes: Path | None = None  # the folder of the operator's *.local.conf
    dialplan: Path | None = None
    writable: tuple[Path, ...] = field(default=())
    messages: Path | None = None  # where live recordings go: one folder with the fallback's

    @property
    def etc(self) -> Path:
        return self.folder / "etc"

    @property
    def process(self) -> Background:
        # run/asterisk.pid is its own
        return Background("asterisk", self.folder, self.folder / "log")

    def render(self) -> None:
        """Writes the whole configuration afresh; what an operator changed goes in *.local.conf."""
        folders = {name: self.folder / name for name in ("var", "run", "log", "data")}
        for path in (*folders.values(), folders["log"] / "cel-custom", *self.writable):
            path.mkdir(parents=True, exist_ok=True)
        paths = {name: str(path) for name, path in folders.items()}
        defaults = {"node": self.node, "program": self.program, "etc": str(self.etc), **paths}
        defaults |= {"sounds": str(self.sounds)}
        given = {"max_files": raise_file_limit(self.values["max_files"])}
        filled = {**defaults, **self.values, **given}
        render(self.etc, filled, overrides=self.overrides, changes=self.changes)
        render_e1(self.etc, self.values["e1"])
        if self.dialplan:
            copy_dialplan(self.etc / "dialplan", self.dialplan)
        for name in ("lib/keys", "spool", "cache", "agi-bin"):
            (folders["var"] / name).mkdir(parents=True, exist_ok=True)
        for name in ("documentation", "rest-api"):
            _link(folders["data"] / name, self.program.datadir / name)
        if self.messages:
            _link(folders["var"] / "spool" / "recording", self.messages)
        self._own(self.folder, *self.writable)

    @property
    def sounds(self) -> Path:
        return self.folder / "data" / "sounds"

    def publish_sounds(self, generated: Path, takes: Takes) -> list[str]:
        """Returns the prompts that changed. Safe while it runs."""
        changed = publish_all(generated, self.sounds, takes)
        self._own(self.sounds)
        return changed

    def start(self, within: float = 30.0) -> None:
        """Returns when Asterisk says it is fully booted.

        Raises:
            Unavailable: it ended, or was not ready in time; says what its log said.
        """
        raise_file_limit(self.values["max_files"])
        command = [str(self.program.path), "-C", str(self.etc / "asterisk.conf"), "-f", "-n"]
        user = (self.user.uid, self.user.gid) if self.user else None
        home = {**os.environ, "HOME": str(self.folder / "var")}
        self.process.start(command, home, user)
        deadline = time.monotonic() + within
        while "fully booted" not in self.console("core waitfullybooted").lower():
            self.process.check_alive()
            if time.monotonic() > deadline:
                raise Unavailable(f"Asterisk {self.node} not ready: {self.process.last_words()}")
            time.sleep(0.05)

    def console(self, command: str) -> str:
        """What the console prints for one command; empty when Asterisk does not answer."""
        program = [str(self.program.path), "-C", str(self.etc / "asterisk.conf"), "-rx", command]
        try:
            done = subprocess.run(program, capture_output=True, timeout=10, check=False)
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout.decode(errors="replace") if done.returncode == 0 else ""

    def stop(self) -> None:
        if self.process.pid() is not None:
            self.console("core stop now")
        self.process.stop()

    def _own(self, *roots: Path) -> None:
        if not self.user:
            return
        for root in roots:
            for path in (root, *root.rglob("*")):
                os.chown(path, self.user.uid, self.user.gid, follow_symlinks=False)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink():
        return
    if link.is_dir():
        link.rmdir()  # made by Asterisk itself; only an empty one can be replaced
    link.symlink_to(target)


def product_asterisk(
    site: Site, program: AsteriskProgram, user: ServiceUser | None, choices: Choices | None = None
) -> Asterisk:
    """The Asterisk that serves callers, configured from asterisk-conf/ and dialplan/."""
    ports, secrets = site.ports, site.secrets
    chosen = choices or Choices()
    values = {
        "http_port": ports.http,
        "ari_user": "hotline",
        "ari_password": secrets.ari,
        "ami_port": ports.ami,
        "ami_user": "hotline",
        "ami_password": secrets.ami,
        "agi_port": ports.agi,
        "sip_bind": chosen.sip_bind,
        "sip_allow": _allowed(site, chosen),
        "sip_port": ports.sip,
        "rtp_start": ports.rtp_start,
        "rtp_end": ports.rtp_end,
        "trunks": site.state.trunks,
        "phones": site.state.phones,
        "fallback_phones": _fallback_phones(site, chosen),
        "recordings": site.recordings,
        "ari_lanes": chosen.setting("ari_lanes"),
        "gate_seconds": chosen.gate_seconds,
        "max_calls": 2000,
        "max_load": 0,
        "max_files": 65536,
        "e1": chosen.e1,
        "cel_mapping": cel_custom_mapping(),
    }
    return Asterisk(
        program=program,
        folder=site.asterisk,
        node=chosen.setting("node"),
        values=values,
        user=user,
        changes=TEMPLATES,
        dialplan=DIALPLAN,
        writable=tuple(site.recordings / name for name in ("spool", "messages")),
        messages=site.recordings / "messages",
    )


def _allowed(site: Site, chosen: Choices) -> tuple[str, ...]:
    """Who may send SIP at all, beside this machine; empty: nobody else can reach it anyway."""
    if not chosen.sip_allow:
        return ()
    hosts = (trunk.host for trunk in site.state.trunks)
    return (*chosen.sip_allow, *dict.fromkeys(host for host in hosts if host != LOOPBACK))


def _fallback_phones(site: Site, chosen: Choices) -> str:
    """What Dial() takes."""
    names = {phone.extension: phone.name for phone in site.state.phones}
    extensions = chosen.fallback_phones
    if extensions is None:
        extensions = tuple(names)[:8]
    return "&".join(f"PJSIP/{names[extension]}" for extension in extensions)
