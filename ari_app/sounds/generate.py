"""Makes what is missing, in parallel, and leaves the rest alone."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ari_app.sounds.plan import Recipe, Wanted
from ari_app.sounds.store import Cache, alone_in, sweep
from ari_app.sounds.trouble import CannotSpeak

Make: TypeAlias = Callable[[Recipe], dict[str, bytes]]
Progress: TypeAlias = Callable[[int, int], None]


@dataclass(slots=True)
class Result:
    """Paths below sounds/generated without suffix; `failed` says why."""

    made: list[str] = field(default_factory=list)
    from_cache: list[str] = field(default_factory=list)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def generate(
    wanted: Sequence[Wanted],
    generated: Path,
    cache: Cache,
    make: Make,
    jobs: int,
    progress: Progress,
) -> Result:
    """One sound that cannot be made does not stop the others; it keeps the file it had.

    Runs at the same time wait for each other: the second finds the work done.
    """
    with alone_in(generated):
        due = [each for each in wanted if not cache.is_published(each.key, generated / each.path)]
        missing = {each.key: each for each in due if not cache.has(each.key)}
        trouble = dict(_make_all(list(missing.values()), cache, make, jobs, progress))
        result = Result(unchanged=len(wanted) - len(due))
        for each in due:
            if problem := trouble.get(each.key):
                result.failed[each.path] = problem
                continue
            cache.publish(each.key, generated / each.path)
            (result.made if each.key in missing else result.from_cache).append(each.path)
        removed = sweep(generated, {each.path for each in wanted})
        result.removed = sorted(str(path.relative_to(generated)) for path in removed)
    return result


def _make_all(
    missing: Sequence[Wanted], cache: Cache, make: Make, jobs: int, progress: Progress
) -> Iterator[tuple[str, str]]:
    """Key and problem of each sound that could not be made."""

    def keep(wanted: Wanted) -> str:
        try:
            cache.keep(wanted.key, make(wanted.recipe))
        except CannotSpeak as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(jobs, thread_name_prefix="sound") as pool:
        running = {pool.submit(keep, each): each for each in missing}
        for done, future in enumerate(as_completed(running), start=1):
            progress(done, len(running))
            if problem := future.result():
                yield running[future].key, problem
