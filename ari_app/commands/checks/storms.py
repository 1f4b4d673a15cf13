"""Storm profiles: would callers be served by each if it were switched on now?"""

from collections.abc import Iterator
from pathlib import Path

from ari_app.domain.errors import BadSettings
from ari_app.domain.finding import Finding, error
from ari_app.domain.storm import StormNames, StormProfile, profile_problems, read_profile

CURE = "correct it; dialplan/README.md says what a profile may hold"


def check_storms(folder: Path, names: StormNames) -> Iterator[Finding]:
    for path in sorted(folder.glob("*.toml")):
        file = f"dialplan/storms/{path.name}"
        try:
            profile = load_profile(path)
        except BadSettings as bad:
            yield from (error(file, "", problem, CURE) for problem in bad.problems)
        else:
            for problem in profile_problems(profile, names):
                yield error(file, "", problem, CURE)


def load_profile(path: Path) -> StormProfile:
    """Raises: BadSettings."""
    try:
        return read_profile(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as bad:
        raise BadSettings([f"{path.name}: byte {bad.start} is not UTF-8"]) from bad
