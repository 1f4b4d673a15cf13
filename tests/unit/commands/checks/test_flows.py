from pathlib import Path

import pytest

from ari_app.commands.checks.flows import check_flows
from ari_app.domain.finding import Level
from ari_app.domain.flow import Names
from ari_app.site.layout import SOURCE

NAMES = Names({"goodbye", "welcome"}, {"orders"}, {"hotline"})
GOOD = """
name = "hotline"
start = "bye"
[node.bye]
type = "hangup"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hotline.toml").write_text(GOOD)
    return tmp_path


def test_a_flow_that_can_be_run_has_no_errors(folder: Path) -> None:
    (found,) = check_flows(folder, NAMES)

    assert (found.level, found.what) == (
        Level.WARNING,
        "callers of this flow can reach no person",
    )


@pytest.mark.parametrize(
    ("text", "place", "what", "cure"),
    [
        ("x = ?", "line 1, column 5", "Invalid value", ""),
        (
            GOOD.replace('"hangup"', '"hangup"\nprompts = ["bye-bye"]'),
            "node 'bye'",
            "prompt 'bye-bye' is not in the manifest",
            "make sounds",
        ),
        (GOOD.replace('start = "bye"', 'start = "by"'), "", "start 'by' is no node", "name one"),
        (GOOD.replace('"hangup"', '"hangup"\nfoo = 1'), "$.node[...]", "unknown field", ""),
    ],
)
def test_a_finding_names_file_place_and_cure(
    folder: Path, text: str, place: str, what: str, cure: str
) -> None:
    path = folder / "other.toml"
    path.write_text(text.replace('name = "hotline"', 'name = "other"'))

    found = next(iter(check_flows(folder, NAMES)))

    assert found.file == str(path)
    assert found.place == place
    assert what in found.what
    assert cure in found.cure
    assert found.cure


def test_a_file_that_is_not_utf8_is_one_finding(folder: Path) -> None:
    (folder / "other.toml").write_bytes(b'name = "\xff"')

    (found,) = check_flows(folder, NAMES)

    assert "UTF-8" in found.what


def test_the_flow_everything_falls_back_to_must_be_there(tmp_path: Path) -> None:
    (found,) = check_flows(tmp_path, NAMES)

    assert "'hotline'" in found.what


def test_every_kind_of_problem_has_a_cure_of_its_own(folder: Path) -> None:
    text = (SOURCE / "dialplan" / "flows" / "hotline.toml").read_text()
    (folder / "hotline.toml").write_text(text)

    cures = {found.cure for found in check_flows(folder, Names((), (), ()))}

    assert len(cures) == 5  # prompts, queues, mailboxes, schedules, flows
    assert "see dialplan/README.md" not in cures
