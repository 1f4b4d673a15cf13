"""`python -m ari_app.sounds`: make the sounds, or with --check say what is wrong with them.

Exit 0: all is well; 1: something could not be made, or the check found an error; 2: the manifest,
or what is installed, does not allow it. Signal processing and the progress bar are loaded when
there is something to do: most runs, each set-up among them, find everything in its place.
"""

# ruff: noqa: PLC0415

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from ari_app.domain.speech.manifest import BadManifest, Manifest, read_manifest
from ari_app.site.cache import cache_folder
from ari_app.sounds.espeak import Espeak
from ari_app.sounds.findings import Finding
from ari_app.sounds.generate import Result, generate
from ari_app.sounds.plan import Recipe, Wanted, plan
from ari_app.sounds.store import Cache
from ari_app.sounds.trouble import CannotSpeak

REPOSITORY = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code."""
    options = _options(arguments)
    try:
        manifest = read_manifest((options.sounds / "manifest.toml").read_text())
        wanted = plan(manifest, options.sounds, {Espeak.name: Espeak()})
        cache = Cache(cache_folder(os.environ, os.getuid()) / "sounds")
        if options.check:
            return _check(manifest, wanted, cache, options)
        return _generate(wanted, cache, options)
    except (BadManifest, CannotSpeak, OSError) as error:
        problems = error.problems if isinstance(error, BadManifest) else (str(error),)
        if options.json:
            print(json.dumps({"problems": problems}, ensure_ascii=False))
        for problem in problems:
            print(f"sounds: {problem}", file=sys.stderr)
        return 2


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ari_app.sounds",
        description="Make the prompts, tones and music that are missing or changed.",
    )
    parser.add_argument("--check", action="store_true", help="make nothing; say what is wrong")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--jobs", type=int, default=2, help="sounds made at the same time")
    parser.add_argument("--sounds", type=Path, default=REPOSITORY / "sounds", help="their folder")
    return parser.parse_args(arguments)


def _generate(wanted: Sequence[Wanted], cache: Cache, options: argparse.Namespace) -> int:
    began = time.monotonic()
    with _progress() as progress:
        folder = options.sounds / "generated"
        result = generate(wanted, folder, cache, _make, options.jobs, progress)
    seconds = time.monotonic() - began
    if options.json:
        print(json.dumps({**asdict(result), "seconds": round(seconds, 2)}))
    else:
        _tell(result, seconds)
    return 1 if result.failed else 0


def _make(recipe: Recipe) -> dict[str, bytes]:
    from ari_app.sounds.make import make

    return make(recipe)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; elsewhere a line for each quarter."""
    if not sys.stderr.isatty():
        yield _quarters
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("speaking"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", visible=False)
        yield lambda done, of: bar.update(task, completed=done, total=of, visible=True)


def _quarters(done: int, of: int) -> None:
    if done * 4 // of > (done - 1) * 4 // of:
        print(f"speaking: {done} of {of}", file=sys.stderr)


def _tell(result: Result, seconds: float) -> None:
    for path, problem in result.failed.items():
        print(f"sounds: {path}: {problem}", file=sys.stderr)
    print(
        f"{len(result.made)} sounds made, {len(result.from_cache)} taken from the cache, "
        f"{result.unchanged} unchanged, {len(result.removed)} files removed, "
        f"{len(result.failed)} failed, {seconds:.1f} s"
    )


def _check(
    manifest: Manifest, wanted: Sequence[Wanted], cache: Cache, options: argparse.Namespace
) -> int:
    from ari_app.sounds.check import check

    found = check(manifest, wanted, options.sounds, cache)
    errors = sum(each.is_error for each in found)
    if options.json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    else:
        _tell_findings(found)
        print(f"{len(wanted)} sounds checked, {errors} errors, {len(found) - errors} notes")
    return 1 if errors else 0


def _tell_findings(found: Sequence[Finding]) -> None:
    for each in found:
        sort = "error" if each.is_error else "note"
        print(f"{sort}: {each.path} {each.problem}; {each.cure}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
