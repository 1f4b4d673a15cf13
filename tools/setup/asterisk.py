"""Step: an Asterisk that is new enough, else Debian's package of it, unpacked privately."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ari_app.domain.errors import BadSettings
from ari_app.site.cache import cache_folder
from ari_app.site.programs import (
    ASTERISK_FLOOR,
    AsteriskProgram,
    find_asterisk,
    parse_version,
    private_asterisk,
)
from tools.setup import tree
from tools.setup.commands import run
from tools.setup.locks import only_one
from tools.setup.mirror import debian_mirror
from tools.setup.private_apt import Archive, PrivateApt
from tools.setup.steps import Note
from tools.setup.trouble import CommandFailed, SetupFailed, WrongSetting, explain

PACKAGES = ("asterisk", "asterisk-modules", "asterisk-core-sounds-en-wav")
# With its dependencies asterisk-dahdi would drag in a compiler for kernel modules.
E1_PACKAGES = ("asterisk-dahdi", "libpri1.4", "libss7-2.0", "libopenr2-3", "libtonezone2.0")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ROOM_FACTOR = 5  # the files and their unpacked tree, as a multiple of what is downloaded


class PrivateAsterisk:
    def __init__(self, env: Mapping[str, str], uid: int, keyring: Path = KEYRING) -> None:
        self.env = env
        self.uid = uid
        self.keyring = keyring
        self.cache = cache_folder(env, uid)
        self.home = self.cache / "asterisk"

    @property
    def name(self) -> str:
        found = self.found()
        return f"Asterisk {found.version}" if found else "Asterisk"

    def found(self) -> AsteriskProgram | None:
        try:
            return find_asterisk(self.env, self.uid)
        except BadSettings as error:
            if self.env.get("HOTLINE_ASTERISK"):
                raise WrongSetting("HOTLINE_ASTERISK", str(error)) from error
            return None

    def is_done(self) -> bool:
        return self.found() is not None

    def do(self, note: Note) -> None:
        if not self.keyring.is_file():
            raise SetupFailed(
                "Debian's archive keys are not on this machine",
                "install the package debian-archive-keyring,"
                " or set HOTLINE_ASTERISK to an Asterisk >= 22.10.1",
            )
        mirror = debian_mirror(self.env)
        for folder in (self.cache, self.home):
            folder.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(PermissionError):  # a shared folder has its own rules
                folder.chmod(0o755)
        with only_one(self.home):
            if private_asterisk(self.cache) is None:
                self._bring(PrivateApt(self.home / "download", mirror, self.keyring), note)

    def _bring(self, apt: PrivateApt, note: Note) -> None:
        try:
            note("reading package lists")
            apt.update()
            archives, package_version = self._plan(apt)
            check_room(self.home, archives)
            note(f"downloading {sum(each.size for each in archives) / 1e6:.0f} MB")
            apt.download(PACKAGES)
            archives += fetch_e1(apt, note)
            note("unpacking")
            self._install([apt.archives / each.file_name for each in archives], package_version)
        except CommandFailed as error:
            raise explain(error) from error
        shutil.rmtree(apt.folder, ignore_errors=True)

    def _plan(self, apt: PrivateApt) -> tuple[list[Archive], str]:
        archives = apt.plan(PACKAGES)
        offered = next((each.version for each in archives if each.package == "asterisk"), "none")
        if parse_version(offered) < ASTERISK_FLOOR:
            raise SetupFailed(
                f"the mirror's Asterisk is {offered}, needed is 22.10.1 or newer",
                "set HOTLINE_DEBIAN_MIRROR to a current mirror",
            )
        return archives, offered

    def _install(self, archives: list[Path], package_version: str) -> None:
        """Builds aside, renames when it starts: there is a whole tree or none."""
        for leftover in self.home.glob(".new-*"):
            shutil.rmtree(leftover)
        new = Path(tempfile.mkdtemp(prefix=".new-", dir=self.home))
        try:
            version = build(new, archives, package_version)
            replace_folder(new, self.home / version)
            point_current(self.home, version)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def fetch_e1(apt: PrivateApt, note: Note) -> list[Archive]:
    """The driver for E1 cards. Without a card nobody misses it, so failing is only noted."""
    try:
        archives = apt.plan_alone(E1_PACKAGES)
        apt.download_alone(E1_PACKAGES)
    except CommandFailed:
        note("chan_dahdi not to be had")
        return []
    return archives


def check_room(folder: Path, archives: list[Archive]) -> None:
    needed = ROOM_FACTOR * sum(each.size for each in archives)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SetupFailed(
            f"{folder} has {free / 1e6:.0f} MB free, Asterisk needs {needed / 1e6:.0f} MB",
            "free some space, or set HOTLINE_CACHE to another place",
        )


def build(home: Path, archives: list[Path], package_version: str) -> str:
    """Fills `home` with a tree, its wrapper and its layout; returns the version once it starts."""
    home.chmod(0o755)
    unpacked = home / "tree"
    tree.unpack(archives, unpacked)
    tree.tidy(unpacked)
    tree.link_sound_languages(unpacked)
    wrapper = tree.write_wrapper(home)
    version = tree.folder_version(package_version)
    tree.write_layout(home, version, package_version)
    said = run([wrapper, "-V"])
    if parse_version(said) != parse_version(version):
        raise SetupFailed(f"the unpacked Asterisk says {said.strip()!r}", f"expected {version}")
    if not (unpacked / tree.DATA / "sounds/en/beep.wav").is_file():
        raise SetupFailed("the unpacked Asterisk has no core sounds", "try another mirror")
    return version


def replace_folder(new: Path, place: Path) -> None:
    """What stands there without being whole makes room."""
    if place.exists():
        aside = place.with_name(f".new-old-{place.name}")
        place.rename(aside)
        shutil.rmtree(aside)
    new.rename(place)


def point_current(home: Path, version: str) -> None:
    link = home / f".new-current-{os.getpid()}"
    link.symlink_to(version)
    link.replace(home / "current")
