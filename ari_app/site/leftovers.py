"""What nobody uses any more in the cache: stand-ins of sites whose folder is gone, old sounds."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from ari_app.site.processes import Background

DAY = 86_400.0
SITE_DAYS, EMPTY_SITE_DAYS, SOUND_DAYS = 7, 1, 30
ORIGIN = "origin"  # names the folder that a stand-in stands in for; its age is that of the last use


def note_origin(stand_in: Path, folder: Path) -> None:
    """`folder` is the link that somebody uses this stand-in by, now."""
    (stand_in / ORIGIN).write_text(f"{folder}\n", encoding="utf-8")


def prune_sites(sites: Path, now: float) -> list[Path]:
    """Removes stand-ins that no folder leads to and nothing runs in; returns which.

    One with a database goes only when its folder is known to be gone, a week after it was last
    used: the disk of that folder may just not be there.
    """
    unused = [one for one in _folders(sites) if _is_unused(one, now)]
    for one in unused:
        shutil.rmtree(one)
    return unused


def prune_sounds(sounds: Path, generated: Path, now: float) -> int:
    """Removes old sounds without a copy in `generated`; returns how many.

    Another checkout may have copies too: what it misses then is made again in a moment.
    """
    used = {_stamp(path) for path in generated.rglob("*") if path.is_file()}
    old = [
        path
        for folder in _folders(sounds)
        for path in folder.iterdir()
        if path.is_file() and _age(path, now) > SOUND_DAYS * DAY and _stamp(path) not in used
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _is_unused(stand_in: Path, now: float) -> bool:
    origin = stand_in / ORIGIN
    if _runs(stand_in) or _leads_to(origin, stand_in):
        return False
    if not (stand_in / "postgres").exists():
        return _age(stand_in, now) > EMPTY_SITE_DAYS * DAY
    return origin.exists() and _age(origin, now) > SITE_DAYS * DAY


def _leads_to(origin: Path, stand_in: Path) -> bool:
    try:
        return Path(origin.read_text(encoding="utf-8").strip()).resolve() == stand_in.resolve()
    except FileNotFoundError:
        return False


def _runs(stand_in: Path) -> bool:
    """Anything of the site; PostgreSQL, Asterisk and Redis keep their process ids elsewhere."""
    places = (stand_in / "run", stand_in / "asterisk", stand_in / "redis", stand_in / "postgres")
    files = [path for place in places if place.is_dir() for path in place.rglob("*.pid")]
    return any(_is_alive(path) for path in files)


def _is_alive(pid_file: Path) -> bool:
    """An id alone may have been given to another since: when in doubt, it is alive."""
    first, *_ = pid_file.read_text(errors="replace").splitlines() or [""]
    match first.split():
        case [_, _]:  # with the time of its start
            return Background(pid_file.stem, pid_file.parent, pid_file.parent).pid() is not None
        case [pid]:
            return Path("/proc", pid).exists()
        case _:
            return False


def _folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())


def _age(path: Path, now: float) -> float:
    return now - path.stat().st_mtime


def _stamp(path: Path) -> tuple[int, int]:
    """A copy has the size and the time of its original."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns
