"""What the pages for people say is what there is: links, names, tables."""

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

import msgspec
import pytest

from agi.variables import VARIABLES
from ari_app import cli
from ari_app.commands.words import WORDS
from ari_app.domain import flow
from ari_app.domain.agent import AgentState
from ari_app.domain.facts import Outcome
from ari_app.settings import Settings
from ari_app.site.choices import settings as site_settings
from ari_app.site.choices import shown as shown_default
from ari_app.site.layout import Ports, Secrets, Site, State

REPOSITORY = Path(__file__).parents[2]
FOLDERS = (
    "agi", "ari_app", "asterisk-conf", "bench", "dialplan", "docs", "recordings", "sounds", "tests",
    "tools", "watchdog",
)  # fmt: skip
PAGES = sorted(REPOSITORY.glob("*.md")) + sorted(
    path for folder in FOLDERS for path in (REPOSITORY / folder).rglob("*.md")
)
CALL_PATH = REPOSITORY / "dialplan/README.md"
OPERATIONS = REPOSITORY / "docs/operations.md"
VOCABULARY = REPOSITORY / "docs/vocabulary.md"
CONFIGURATION = REPOSITORY / "asterisk-conf"
README = REPOSITORY / "README.md"
DECISIONS = sorted((REPOSITORY / "docs/decisions").glob("*.md"))

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PATH = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]+)`")
MADE_LATER = re.compile(r"\.local\.conf$|^sounds/generated|^recordings/")
COMMAND = re.compile(r"\bhotline ((?:--site \S+ )?[a-z]+(?: show\b)?)")
CODE = re.compile(r"`([^`\n]+)`|^    (.+)$", re.MULTILINE)


def name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def table(page: Path, heading: str, first: str) -> list[list[str]]:
    """The rows of the table below `heading` whose first column is called `first`."""
    text = page.read_text().partition(f"\n{heading}")[2]
    assert text, f"{name(page)} has no {heading!r}"
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(f"| {first} |"):
            next(lines)
            return [_cells(row) for row in _until_blank(lines)]
    raise AssertionError(f"{name(page)}: no table of {first!r} below {heading!r}")


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _until_blank(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield line


def contexts() -> dict[str, str]:
    """Context -> the file it is in."""
    return {
        context: path.name
        for path in sorted((REPOSITORY / "dialplan").glob("*.conf"))
        if not path.name.endswith(".local.conf")
        for context in re.findall(r"^(\[[\w-]+\])", path.read_text(), re.MULTILINE)
    }


def anchors(page: Path) -> set[str]:
    """As GitHub and GitLab make them from headings."""
    text = FENCE.sub("", page.read_text())
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# ---- every page ----


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(CODE.sub("", FENCE.sub("", page.read_text()))):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page

        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_path_named_exists(page: Path) -> None:
    named = {path for path in PATH.findall(page.read_text()) if not MADE_LATER.search(path)}

    assert {path for path in named if not (REPOSITORY / path).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_hotline_command_named_exists(page: Path) -> None:
    code = [one or other for one, other in CODE.findall(page.read_text())]
    named = {
        re.sub(r"^--site \S+ ", "", command) for text in code for command in COMMAND.findall(text)
    }
    families = {each.name: each.typer_instance for each in cli.app.registered_groups}
    known = {each.name for each in cli.app.registered_commands} | families.keys()
    known |= {
        f"{family} {each.name}"
        for family, its in families.items()
        if its is not None
        for each in its.registered_commands
    }

    assert named <= known


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_named_exists(page: Path) -> None:
    code = [one or other for one, other in CODE.findall(page.read_text())]
    named = {target for text in code for target in re.findall(r"\bmake ([a-z-]+)", text)}
    known = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))

    assert named <= known


# ---- the call path ----


def test_the_variables_are_those_of_the_table_in_code() -> None:
    shown = table(CALL_PATH, "## Variables", "variable")

    assert shown == [
        [
            f"`{each.name}`" + " (global)" * each.is_global,
            ", ".join(each.set_by),
            ", ".join(each.read_by),
            each.meaning,
        ]
        for each in VARIABLES.values()
    ]


def test_the_contexts_are_those_of_the_dialplan() -> None:
    shown = table(CALL_PATH, "## Contexts", "context")

    assert {row[0].strip("`"): row[1].strip("`") for row in shown} == contexts()


def test_every_context_named_along_the_path_exists() -> None:
    named = set(re.findall(r"`(\[(?:from|app|sub)-[\w-]+\])`", CALL_PATH.read_text()))

    assert named == contexts().keys()


def test_the_feature_codes_are_those_of_the_phones_context() -> None:
    shown = table(CALL_PATH, "## Feature codes", "code")
    text = (REPOSITORY / "dialplan/agents.conf").read_text()

    assert [row[0].strip("`") for row in shown] == re.findall(r"^exten = _?(\*\d+Z?),1", text, re.M)


def test_the_node_types_are_those_a_flow_may_use() -> None:
    shown = table(CALL_PATH, "## Change something", "type")
    types = {
        str(msgspec.inspect.type_info(node).tag)  # type: ignore[attr-defined]
        for node in flow.Node.__args__
    }

    assert {row[0].strip("`") for row in shown} == types


# ---- operations ----


def test_the_settings_are_those_the_processes_read() -> None:
    shown = table(OPERATIONS, "## Settings\n", "variable")

    assert {row[0].strip("`"): row[3].strip("`") for row in shown} == {
        f"HOTLINE_{each.name.upper()}": _default(each.default) for each in fields(Settings)
    }


def _default(value: object) -> str:
    if value is MISSING:
        return "must be set"
    return shown_default(value)


def test_the_marked_settings_are_those_a_site_sets() -> None:
    state = State(ports=Ports(*range(9)), secrets=Secrets(*"abcdef"), world_port=9)
    shown = table(OPERATIONS, "## Settings\n", "variable")

    assert {row[0].strip("`") for row in shown if row[1] == "•"} == set(
        Site(Path("site"), state).environment()
    )


def test_the_settings_of_a_site_are_those_its_file_may_set() -> None:
    shown = table(OPERATIONS, "## Settings of a site", "variable")

    assert [(row[0].strip("`"), row[2].strip("`")) for row in shown] == [
        (variable, default) for variable, _, default in site_settings()
    ]


# ---- the others ----


def test_every_file_of_asterisk_has_its_line() -> None:
    shown = {
        row[0].strip("`") for row in table(CONFIGURATION / "README.md", "## The files", "file")
    }

    assert shown == {path.name for path in CONFIGURATION.glob("*.conf.j2")} | {"e1/"}


def test_the_vocabulary_says_states_as_the_screens_do() -> None:
    shown = table(VOCABULARY, "## States of an agent", "state")
    said = {row[0].strip("`"): row[2].partition("(")[0] for row in shown}

    assert said == {state.value: WORDS[state][0] for state in AgentState}


def test_the_vocabulary_says_outcomes_as_the_screens_do() -> None:
    listed = VOCABULARY.read_text().partition("\nOutcomes: ")[2].partition("\n\n")[0]
    said = dict(re.findall(r"`([a-z_]+)` ([^\s,.]+)", listed))

    assert said == {outcome.value: WORDS[outcome][0] for outcome in Outcome}


def test_the_readme_is_short_and_begins_with_the_two_commands() -> None:
    lines = README.read_text().splitlines()

    assert len(lines) <= 150
    assert {"make demo", "make test"} <= {line.partition("#")[0].strip() for line in lines[:24]}


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_is_one_dated_page(page: Path) -> None:
    lines = page.read_text().splitlines()

    assert len(lines) <= 50
    assert lines[0].startswith(f"# {page.name[:4]} ")
    assert re.fullmatch(r"\d{1,2} [A-Z][a-z]+ 20\d\d", lines[2])
