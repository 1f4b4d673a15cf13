"""What is in the repository runs anywhere: it names no machine and no one's package mirror."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = {".py", ".toml", ".txt", ".in", ".md", ".conf", ".j2", ".sql", ".json", ".sh", ".xml", ""}
MIRRORS = re.compile(
    r"https?://[^\s\"'<>)]*(?:pypi|/simple\b|artifactory|nexus|devpi|mirrors?\.)[^\s\"'<>)]*"
)
OPTIONS = re.compile(r"--(?:index-url|extra-index-url|trusted-host|find-links)[ =]\S+")
HOMES = re.compile(r"(?<![\w.{$}])/(?:home|root|Users|work)/[\w.-]+/[\w.-]+")


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    if not names:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in names.split("\0") if name)
    return [path for path in paths if path.suffix in TEXT and path.is_file()]


FILES = tracked()


def findings(pattern: re.Pattern[str], *but: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in FILES
        if path != Path(__file__)
        for match in pattern.finditer(path.read_text(errors="replace"))
        if not any(allowed in match.group() for allowed in but)
    ]


def test_no_package_mirror_is_named() -> None:
    assert findings(MIRRORS, "://mirror.example/") == []


def test_no_index_is_chosen_for_pip() -> None:
    assert findings(OPTIONS) == []


def test_no_path_of_one_machine_is_named() -> None:
    assert findings(HOMES, "/home/operator") == []


def test_every_locked_package_has_its_digest() -> None:
    text = (ROOT / "requirements" / "lock.txt").read_text()
    blocks = re.findall(r"^([a-z0-9][\w.\-]*==\S+)((?:.*\n)(?:    .*\n)*)", text, re.M)

    assert len(blocks) > 20
    assert [name for name, rest in blocks if "--hash=sha256:" not in rest] == []


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[>=<]", one)[0].lower() for one in wanted}
    locked = set(
        re.findall(r"^([\w.\-]+)==", (ROOT / "requirements" / "lock.txt").read_text(), re.M)
    )

    assert names <= locked


def test_what_the_program_needs_at_run_time_is_packaged() -> None:
    package_data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"][
        "package-data"
    ]

    for folder in (ROOT / "ari_app").rglob("*"):
        if folder.suffix == ".sql":
            package = ".".join(folder.parent.relative_to(ROOT).parts)
            assert any(package.startswith(name) for name in package_data), folder
