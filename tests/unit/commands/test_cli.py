"""The command line as a whole, on a site that does not run."""

import json
from pathlib import Path

import pytest

from ari_app.cli import run
from ari_app.site.layout import Site
from tests.unit.commands.samples import site_in


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.delenv("HOTLINE_SITE", raising=False)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    return site_in(tmp_path / "site")


@pytest.mark.parametrize("before", [True, False])
def test_common_options_count_before_and_after_the_command(
    site: Site, capsys: pytest.CaptureFixture[str], before: bool
) -> None:
    options = ["--site", str(site.folder), "--json"]

    status = run([*options, "phones"] if before else ["phones", *options])

    assert status == 0
    assert [phone["extension"] for phone in json.loads(capsys.readouterr().out)] == ["1001", "1002"]


def test_the_site_may_come_from_the_environment(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_SITE", str(site.folder))

    assert run(["phones"]) == 0
    assert "p1001-aa" in capsys.readouterr().out


def test_passwords_are_shown_only_when_asked_for(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["phones", "--site", str(site.folder)])
    assert "secret-1" not in capsys.readouterr().out

    run(["phones", "--site", str(site.folder), "--secrets"])
    assert "secret-1" in capsys.readouterr().out


def test_headings_follow_the_language(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    run(["phones", "--site", str(site.folder), "--lang", "zh"])

    assert "分机" in capsys.readouterr().out


def test_a_site_that_was_never_made_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(["status", "--site", str(tmp_path / "none")])

    said = capsys.readouterr()
    assert status == 1
    assert said.out == ""
    assert said.err == f"hotline: there is no site {tmp_path / 'none'}; `hotline up` makes one\n"


def test_as_json_an_error_is_the_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(["--json", "calls", "--site", str(tmp_path / "none")])

    said = capsys.readouterr()
    assert status == 1
    assert json.loads(said.out) == {
        "error": f"there is no site {tmp_path / 'none'}",
        "next": "`hotline up` makes one",
    }
    assert said.err == ""


def test_a_site_nobody_can_read_lists_what_is_wrong_and_ends_with_2(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    (site.folder / "site.json").write_text("{")

    assert run(["phones", "--site", str(site.folder)]) == 2
    assert "site.json" in capsys.readouterr().err


def test_a_database_that_does_not_answer_is_one_line(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["agents", "--site", str(site.folder)]) == 1

    said = capsys.readouterr()
    assert said.err.startswith("hotline: PostgreSQL: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        ["nonsense"],
        ["call"],
        ["call", "95001; rm"],
        ["call", "95001", "--keys", "x"],
        ["call", "95001", "--as", ""],
        ["calls", "--outcome", "talkd"],
        ["calls", "--since", "soon"],
        ["calls", "--limit", "0"],
        ["status", "--watch", "--json"],
    ],
)
def test_wrong_usage_is_one_line_and_ends_with_2(
    site: Site, capsys: pytest.CaptureFixture[str], line: list[str]
) -> None:
    status = run(["--site", str(site.folder), *line])

    said = capsys.readouterr()
    assert status == 2
    if "--json" in line:
        assert {"error", "next"} == json.loads(said.out).keys()
    else:
        assert said.err.startswith("hotline: ")
        assert said.err.count("\n") == 1


def test_without_a_command_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0

    shown = capsys.readouterr().out
    for name in ("up", "down", "status", "check", "call", "calls", "agents", "recordings"):
        assert f"\n  {name} " in shown


def test_the_version_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["version", "--json"]) == 0
    assert {"hotline", "python", "asterisk"} == json.loads(capsys.readouterr().out).keys()
