import sys
from pathlib import Path

import pytest

from tools.setup.python_packages import STAMP, PythonPackages


@pytest.fixture
def clone(tmp_path: Path) -> PythonPackages:
    """A clone whose .venv is up to date."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/lock.txt").write_text("rich==15.0.0\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    (tmp_path / ".venv/lib/python3.11/site-packages/pip").mkdir(parents=True)
    packages = PythonPackages(tmp_path)
    (packages.venv / STAMP).write_text(packages.wanted())
    return packages


def test_an_unchanged_clone_needs_nothing(clone: PythonPackages) -> None:
    assert clone.is_done()


@pytest.mark.parametrize("name", ["requirements/lock.txt", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_again(clone: PythonPackages, name: str) -> None:
    (clone.repository / name).write_text("changed")

    assert not clone.is_done()


def test_an_interrupted_installation_is_done_again(clone: PythonPackages) -> None:
    (clone.venv / STAMP).unlink()

    assert not clone.is_done()


def test_an_environment_whose_python_went_away_is_made_again(clone: PythonPackages) -> None:
    (clone.venv / "bin/python").unlink()
    (clone.venv / "bin/python").symlink_to("/nonexistent/python3")

    assert not clone.is_done()


def test_a_clone_that_was_moved_is_set_up_again(clone: PythonPackages) -> None:
    moved = clone.repository.with_name("moved")
    clone.repository.rename(moved)

    assert not PythonPackages(moved).is_done()
