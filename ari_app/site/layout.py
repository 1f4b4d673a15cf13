"""One site: the folder, ports and secrets of one installation of the hotline."""

import contextlib
import hashlib
import os
import secrets
import stat
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from ari_app.domain.errors import BadSettings, NotFound
from ari_app.site import ports
from ari_app.site.alone import alone
from ari_app.site.cache import cache_folder
from ari_app.site.choices import FILE as CHOICES_FILE
from ari_app.site.choices import Choices
from ari_app.site.leftovers import note_origin

SOURCE = Path(__file__).parents[2]
STATE_FILE = "site.json"


class Phone(msgspec.Struct, frozen=True):
    """An agent's SIP account. The name is random: an extension can be guessed."""

    extension: str
    name: str
    password: str


class Trunk(msgspec.Struct, frozen=True):
    """A SIP trunk, known by its address (and source port where `match_port`)."""

    name: str
    host: str
    port: int
    match_port: bool = False
    qualify_seconds: int = 0


class Ports(msgspec.Struct, frozen=True):
    sip: int
    http: int
    ami: int
    agi: int
    web: int
    postgres: int
    redis: int
    rtp_start: int
    rtp_end: int


class Secrets(msgspec.Struct, frozen=True):
    ari: str
    ami: str
    postgres: str
    engine: str
    agi: str
    redis: str
    control: str = ""  # a site made before this was needed gets it when it is loaded


class State(msgspec.Struct, frozen=True):
    """What is chosen once, when the site is made, and kept."""

    ports: Ports
    secrets: Secrets
    world_port: int
    phones: tuple[Phone, ...] = ()
    trunks: tuple[Trunk, ...] = ()


class Site:
    """Paths and choices of one site. Making it touches nothing but its own folder."""

    def __init__(self, folder: Path, state: State) -> None:
        self.folder = folder
        self.state = state
        self.ports = state.ports
        self.secrets = state.secrets
        self.run = folder / "run"
        self.log = folder / "log"
        self.asterisk = folder / "asterisk"
        self.postgres = folder / "postgres"
        self.redis = folder / "redis"
        self.recordings = folder / "recordings"
        self.prompts = folder / "prompts"
        self.sounds = self.asterisk / "data" / "sounds"
        self.journal = folder / "state"
        self.watchdog_health = self.journal / "watchdog.json"
        self.working = self.run / "working.lock"
        self.choices_file = folder / CHOICES_FILE

    @classmethod
    def create(
        cls, folder: Path, extensions: Iterable[str] = (), more_trunks: Iterable[str] = ()
    ) -> "Site":
        """A new site with free ports and random secrets, or the one that is there already.

        Args:
            more_trunks: names of trunks on this machine, beside the world's own.
        """
        folder = _reachable(folder)
        with alone(folder / "run" / "making.lock", "hotline up"):
            if (folder / STATE_FILE).exists():
                return cls.load(folder)
            site = cls(folder, _new_state(extensions, more_trunks))
            for path in (site.log, site.journal):
                path.mkdir(exist_ok=True)
            site.save()
            return site

    @classmethod
    def load(cls, folder: Path) -> "Site":
        """Raises: NotFound when no site was ever made there, BadSettings when it is unreadable."""
        path = folder / STATE_FILE
        try:
            state = msgspec.json.decode(path.read_bytes(), type=State)
            return cls(folder.resolve(), state)._completed()
        except FileNotFoundError:
            raise NotFound("site", folder) from None
        except (msgspec.DecodeError, PermissionError) as error:
            raise BadSettings([f"{path}: {error}; remove {folder} to start afresh"]) from error

    def _completed(self) -> "Site":
        if self.secrets.control:
            return self
        secret = msgspec.structs.replace(self.secrets, control=_token())
        site = type(self)(self.folder, msgspec.structs.replace(self.state, secrets=secret))
        site.save()
        return site

    def save(self) -> None:
        path = self.folder / STATE_FILE
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        with fresh.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(self.state)))
            file.flush()
            os.fsync(file.fileno())  # the database's password is nowhere else
        fresh.replace(path)

    def choices(self) -> Choices:
        """What the operator wrote into hotline.env; raises BadSettings."""
        return Choices.read(self.choices_file, tuple(p.extension for p in self.state.phones))

    @property
    def ari_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.http}"

    @property
    def database_url(self) -> str:
        return self._database("hotline_engine", self.secrets.engine)

    @property
    def agi_database_url(self) -> str:
        return self._database("hotline_agi", self.secrets.agi)

    @property
    def owner_url(self) -> str:
        """The role that may change the schema: migrations and seeding only."""
        return self._database("postgres", self.secrets.postgres)

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.secrets.redis}@127.0.0.1:{self.ports.redis}/0"

    def _database(self, role: str, password: str) -> str:
        return f"postgresql://{role}:{password}@127.0.0.1:{self.ports.postgres}/hotline"

    def trunk(self, name: str) -> Trunk:
        """Raises: NotFound when the site has no such trunk."""
        for trunk in self.state.trunks:
            if trunk.name == name:
                return trunk
        raise NotFound("trunk", name)

    def with_phones(self, extensions: Collection[str]) -> "Site":
        """The same site with only these of its phones."""
        phones = tuple(phone for phone in self.state.phones if phone.extension in extensions)
        return Site(self.folder, msgspec.structs.replace(self.state, phones=phones))

    def environment(self) -> dict[str, str]:
        """The settings of this site's processes, as environment variables."""
        return {
            "HOTLINE_ARI_URL": self.ari_url,
            "HOTLINE_ARI_PASSWORD": self.secrets.ari,
            "HOTLINE_DATABASE_URL": self.database_url,
            "HOTLINE_REDIS_URL": self.redis_url,
            "HOTLINE_RECORDINGS": str(self.recordings),
            "HOTLINE_STATE": str(self.journal),
            "HOTLINE_CEL": str(self.asterisk / "log" / "cel-custom" / "Master.csv"),
            "HOTLINE_FLOWS": str(SOURCE / "dialplan" / "flows"),
            "HOTLINE_MANIFEST": str(SOURCE / "sounds" / "manifest.toml"),
            "HOTLINE_SOUNDS": str(self.sounds),
            "HOTLINE_TAKES": str(self.prompts),
            "HOTLINE_AGI_PORT": str(self.ports.agi),
            "HOTLINE_CONTROL_TOKEN": self.secrets.control,
            "HOTLINE_WEB_PORT": str(self.ports.web),
            "HOTLINE_OUTBOUND_TRUNK": self.state.trunks[0].name if self.state.trunks else "",
        }

    def watchdog_environment(self) -> dict[str, str]:
        """The watchdog knows AMI and nothing else: no database, no ARI."""
        return {
            "HOTLINE_AMI_PORT": str(self.ports.ami),
            "HOTLINE_AMI_PASSWORD": self.secrets.ami,
            "HOTLINE_WATCHDOG_HEALTH": str(self.watchdog_health),
        }


def _new_state(extensions: Iterable[str], more_trunks: Iterable[str]) -> State:
    names = ("world", *more_trunks)
    sip, http, ami, agi, web, postgres, redis, *trunks = ports.free_ports(7 + len(names))
    rtp_start, rtp_end = ports.rtp_range()
    return State(
        ports=Ports(sip, http, ami, agi, web, postgres, redis, rtp_start, rtp_end),
        secrets=Secrets(*(_token() for _ in range(7))),
        world_port=trunks[0],
        phones=tuple(_new_phone(extension) for extension in extensions),
        trunks=tuple(
            Trunk(name=name, host="127.0.0.1", port=port, match_port=True)
            for name, port in zip(names, trunks, strict=True)
        ),
    )


def _token() -> str:
    return secrets.token_urlsafe(24)


def _new_phone(extension: str) -> Phone:
    return Phone(extension, f"p{extension}-{secrets.token_hex(10)}", secrets.token_urlsafe(18))


def _reachable(folder: Path) -> Path:
    """The folder itself, or a stand-in linked from it where unprivileged services cannot go.

    Run as root from a checkout below a closed folder (/root, say), Asterisk and PostgreSQL,
    which then run as other users, could not reach their own files.
    """
    folder = folder.absolute()
    sites = cache_folder(os.environ, 0) / "sites"
    if folder.is_symlink() and folder.resolve().parent == sites.resolve():
        with contextlib.suppress(OSError):  # who only looks may not write there
            note_origin(folder.resolve(), folder)
    if folder.is_symlink() or os.geteuid() != 0 or _open_to_all(folder.parent):
        return folder.resolve()
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    stand_in = sites / digest
    if (folder / STATE_FILE).exists():
        return folder
    _make_way(folder)
    stand_in.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(stand_in)
    note_origin(stand_in, folder)
    return stand_in


def _make_way(folder: Path) -> None:
    """Raises: BadSettings when there is something that is not ours."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.rmdir()
    except FileNotFoundError:
        pass
    except OSError as error:
        reason = "other users cannot get there, so it has to be a link; it is not empty, move it"
        raise BadSettings([f"{folder}: {reason}"]) from error


def _open_to_all(folder: Path) -> bool:
    there = [path for path in (folder, *folder.parents) if path.exists()]
    return all(path.stat().st_mode & stat.S_IXOTH for path in there)
