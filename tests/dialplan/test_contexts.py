"""What every context, extension and step of the dialplan must be like."""

import re
from collections.abc import Iterator

import pytest

from tests.dialplan.parsed import Context, Extension, Step, contexts, split_arguments

ALL = {context.name: context for context in contexts()}
ENTRIES = [name for name in ALL if name.startswith("from-")]
EXTENSIONS = [
    pytest.param(context, extension, id=f"{context.name},{extension.pattern}")
    for context in ALL.values()
    for extension in context.extensions
]
ENDS = {"Hangup", "Return", "Goto"}
FORBIDDEN = {
    "System", "TrySystem", "ExecIf", "Exec", "TryExec", "Originate", "DISA", "ChanSpy", "Transfer",
    "EAGI", "DeadAGI", "AsyncAGI", "MacroExclusive", "Macro", "Eval",
}  # fmt: skip
MOST_STEPS = 10


def targets(step: Step) -> Iterator[str]:
    """Where a step may lead: `context,extension,1` or a label."""
    match step.app:
        case "Goto":
            yield step.args
        case "Gosub":
            yield step.args
        case "GotoIf":
            _, _, ways = step.args.partition("?")
            yield from (way for way in ways.split(":") if way)
        case "Dial":
            yield from (f"{name},s,1" for name in re.findall(r"U\(([\w-]+)", step.args))


def exists(context: Context, extension: Extension, target: str) -> bool:
    """A variable in a context's name stands for at least one family member, one that is reduced to
    digits for any number."""
    parts = split_arguments(target)
    if len(parts) == 1:
        return parts[0] in {step.label for step in extension.steps}
    if len(parts) == 2:
        return parts[1] == "1"
    name, number = parts[0], "95001" if parts[1].startswith("${FILTER(0-9,") else parts[1]
    prefix = name.split("${")[0]
    family = [one for one in ALL if one == name or ("${" in name and one.startswith(prefix))]
    return bool(family) and all(
        any(one.matches(number) for one in ALL[each].extensions) for each in family
    )


def reached_from(name: str) -> set[str]:
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        for step in ALL[name].steps:
            for target in targets(step):
                prefix = split_arguments(target)[0].split("${")[0]
                ahead += [one for one in ALL if one == prefix or _is_family(one, target, prefix)]
    return seen


def _is_family(context: str, target: str, prefix: str) -> bool:
    return "${" in split_arguments(target)[0] and prefix != "" and context.startswith(prefix)


@pytest.mark.parametrize("context", ALL.values(), ids=ALL)
def test_every_context_is_an_entry_a_hand_over_or_a_subroutine(context: Context) -> None:
    assert re.fullmatch(r"(from|app|sub)-[\w-]+", context.name)


@pytest.mark.parametrize("context", ALL.values(), ids=ALL)
def test_every_context_says_in_its_header_what_it_is_for(context: Context) -> None:
    names = re.findall(r"^; \[([\w*-]+)\]", context.header, re.MULTILINE)

    assert any(re.fullmatch(name.replace("*", ".+"), context.name) for name in names)


def test_no_context_is_opened_twice() -> None:
    names = [context.name for context in contexts()]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(("context", "extension"), EXTENSIONS)
def test_no_extension_falls_through(context: Context, extension: Extension) -> None:
    """`h` runs after the hang-up: there is nothing to end any more."""
    assert extension.steps[-1].app in ENDS or extension.pattern == "h"


@pytest.mark.parametrize(("context", "extension"), EXTENSIONS)
def test_subroutines_return_and_nothing_else_does(context: Context, extension: Extension) -> None:
    is_subroutine = context.name.startswith("sub-")

    assert (extension.steps[-1].app == "Return") is is_subroutine


@pytest.mark.parametrize(("context", "extension"), EXTENSIONS)
def test_an_extension_fits_into_one_glance(context: Context, extension: Extension) -> None:
    assert len(extension.steps) <= MOST_STEPS


@pytest.mark.parametrize(("context", "extension"), EXTENSIONS)
def test_every_target_exists(context: Context, extension: Extension) -> None:
    for step in extension.steps:
        for target in targets(step):
            assert exists(context, extension, target), f"{step.app}({step.args})"


@pytest.mark.parametrize(("context", "extension"), EXTENSIONS)
def test_no_step_runs_a_program_or_another_step_by_name(
    context: Context, extension: Extension
) -> None:
    assert {step.app for step in extension.steps} & FORBIDDEN == set()
    assert not re.search(r"\b(SHELL|CURL|FILE|ENV|EVAL)\(", str(extension.steps))


def test_every_context_can_be_reached_from_an_entry_or_by_us() -> None:
    # continue_in_dialplan; the hang-up handler
    by_us = {"app-fallback", "app-called", "sub-call-ended"}

    assert set().union(*map(reached_from, [*ENTRIES, *by_us])) == set(ALL)


# ---- nothing that comes in can go out ----


@pytest.mark.parametrize("entry", ENTRIES)
def test_nobody_who_comes_in_can_dial_anything_but_our_own_phones(entry: str) -> None:
    dialled = [
        split_arguments(step.args)[0]
        for name in reached_from(entry)
        for step in ALL[name].steps
        if step.app == "Dial"
    ]

    assert set(dialled) <= {"${FALLBACK_PHONES}"}


def test_agents_phones_reach_no_dial_at_all() -> None:
    apps = {step.app for name in reached_from("from-agents") for step in ALL[name].steps}

    assert "Dial" not in apps


def test_nothing_is_included() -> None:
    """`include` would let a caller choose among the extensions of another context."""
    for context in ALL.values():
        assert "include" not in {step.app for step in context.steps}


@pytest.mark.parametrize("name", ENTRIES)
def test_what_a_caller_dialled_is_used_filtered_only(name: str) -> None:
    for step in ALL[name].steps:
        assert "${EXTEN" not in without_filter(step.args), step


def test_elsewhere_the_extension_is_one_that_we_wrote() -> None:
    for context in ALL.values():
        if context.name in ENTRIES or "${EXTEN" not in str(context.steps):
            continue
        for step in (step for one in ALL.values() for step in one.steps):
            for target in targets(step):
                where, *number = split_arguments(target)
                assert where != context.name or re.fullmatch(r"[a-z]+", number[0]), step


@pytest.mark.parametrize("context", ALL.values(), ids=ALL)
def test_the_caller_number_is_used_filtered_only(context: Context) -> None:
    for step in context.steps:
        assert "${CALLERID" not in without_filter(step.args), step


def without_filter(text: str) -> str:
    return re.sub(r"\$\{FILTER\([^,]*,\$\{[^{}]*\}\)[^{}]*\}", "", text)


# ---- whatever hands the call to Python goes on without Python ----


@pytest.mark.parametrize(("context", "extension"), EXTENSIONS)
def test_after_stasis_comes_its_fallback(context: Context, extension: Extension) -> None:
    for number, step in enumerate(extension.steps):
        if step.app == "Stasis":
            after = extension.steps[number + 1 :]
            ways = [one.args for one in after if one.app == "GotoIf"]
            assert any('"${STASISSTATUS}" = "FAILED"' in way for way in ways)


@pytest.mark.parametrize(("context", "extension"), EXTENSIONS)
def test_after_an_agi_script_the_dialplan_goes_on(context: Context, extension: Extension) -> None:
    apps = [step.app for step in extension.steps]

    assert "AGI" not in apps[-1:]


def test_a_script_that_takes_too_long_does_not_keep_the_caller() -> None:
    for context in ALL.values():
        for extension in context.extensions:
            apps = [step.app for step in extension.steps]
            if "AGI" in apps and not context.name.startswith("sub-"):
                before = extension.steps[apps.index("AGI") - 1]
                assert before.args.startswith("TIMEOUT(absolute)=")
                assert any(one.pattern == "T" for one in context.extensions)
