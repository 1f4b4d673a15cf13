"""Whatever the dialplan asks of Python, Python answers."""

import re
from functools import partial
from typing import Any

from agi import app as agi_app
from agi.database import Database
from ari_app.app import CONSULT
from ari_app.domain.call import HANDED_OVER
from ari_app.settings import Settings
from ari_app.workers.features import FEATURES, RECORD_PROMPT
from tests.dialplan.parsed import ROOT, Step, contexts, split_arguments
from tests.unit.test_settings import REQUIRED

STEPS = [step for context in contexts() for step in context.steps]
ENGINE = (ROOT / "ari_app" / "app.py").read_text()


def arguments(app: str) -> list[list[str]]:
    return [split_arguments(step.args) for step in STEPS if step.app == app]


def test_every_script_of_the_dialplan_is_served() -> None:
    asked = {uri.rpartition("/")[2] for (uri, *_) in arguments("AGI")}
    database: Any = partial(Database)
    served = set(agi_app.scripts(database))

    assert asked
    assert asked <= served
    # ping is for those who ask whether it is there, the rest for dialplans of a site
    assert served - asked == {"ping"} | documented()


def documented() -> set[str]:
    """The scripts for whoever writes dialplan, each with its example."""
    page = (ROOT / "dialplan" / "README.md").read_text().partition("\n## Ask Python")[2]
    return set(re.findall(r"AGI\(agi://\$\{AGI_ADDRESS\}/(\w+)", page.partition("\n## ")[0]))


def test_every_script_is_asked_for_at_our_own_server() -> None:
    for uri, *_ in arguments("AGI"):
        assert re.fullmatch(r"agi://\$\{AGI_ADDRESS\}/\w+", uri)


def test_every_kind_of_channel_that_enters_has_its_reader() -> None:
    entering = {kind for (_, kind, *_) in arguments("Stasis")}
    read = set(re.findall(r'kind == "(\w+)"', ENGINE))

    assert entering == {"call", "feature"}
    assert entering <= read


def test_the_application_of_a_call_is_one_that_the_engine_opens() -> None:
    chosen = [step.args for step in STEPS if step.args.startswith("CC_APP=")]

    assert chosen == ["CC_APP=hotline-${RAND(0,$[${ARI_LANES} - 1])}"]
    assert Settings.from_env(REQUIRED).ari_apps == ("hotline-0", "hotline-1")
    assert {app for (app, *_) in arguments("Stasis")} == {"${CC_APP}"}


def test_a_call_is_handed_over_in_the_order_in_which_it_is_read() -> None:
    said, called = (rest for (_, kind, *rest) in arguments("Stasis") if kind == "call")

    assert said == [f"${{CC_{name.upper()}}}" for name in HANDED_OVER]
    assert called == [*said[:5], ""]  # no timeslot


def test_every_feature_code_leads_to_a_feature_and_every_feature_has_a_code() -> None:
    dialled = {
        split_arguments(step.args)[1]
        for step in STEPS
        if step.app == "Goto" and step.args.startswith("app-feature,")
    }

    assert dialled == {*FEATURES, RECORD_PROMPT, CONSULT}


def test_the_gate_stays_open_over_a_beat_that_is_missed() -> None:
    template = (ROOT / "asterisk-conf" / "extensions.conf.j2").read_text()

    assert "GATE_SECONDS = {{ gate_seconds }}" in template
    for is_it in ("<=", ">"):  # who asks for open, who for shut
        assert any(
            f"${{EPOCH}} - 0${{CC_ALIVE}} {is_it} ${{GATE_SECONDS}}" in s.args for s in STEPS
        )


def test_the_fallback_is_where_the_engine_sends_calls() -> None:
    leg = (ROOT / "ari_app" / "ari" / "leg.py").read_text()
    sent = re.search(r'context="([\w-]+)", extension="(\w+)"', leg)

    assert sent
    (context,) = (one for one in contexts() if one.name == sent[1])
    assert any(extension.matches(sent[2]) for extension in context.extensions)


def test_the_recording_has_the_two_files_the_recorder_looks_for() -> None:
    recorded = [step for step in STEPS if step.app == "MixMonitor"]

    assert len(recorded) == len({"from-trunk", "app-called"})
    assert len({step.args for step in recorded}) == 1
    assert all(map(_is_recorded, recorded))


def _is_recorded(step: Step) -> bool:
    files = re.findall(r"([rt])\(\$\{RECORDINGS\}/\$\{CC_CALL\}-(\w+)\.wav\)", step.args)
    return sorted(files) == [("r", "in"), ("t", "out")]


def test_seconds_and_milliseconds_of_the_arrival_come_from_one_clock() -> None:
    """time() is that of the last tick of the kernel: for milliseconds after each full second it
    says the second before."""
    (made,) = (s for s in STEPS if s.app == "MSet" and "CC_ARRIVED=" in s.args)

    assert "CC_ARRIVED=${STRFTIME(,,%s.%3q)}," in made.args


def test_a_caller_of_a_living_engine_waits_for_no_script() -> None:
    (entry,) = (one for one in contexts() if one.name == "from-trunk")
    apps = [step.app for step in entry.steps]

    assert "AGI" not in apps
    assert apps.index("Answer") + 1 == apps.index("Stasis")


def test_without_the_engine_the_script_is_asked_before_the_fallback() -> None:
    (alone,) = (one for one in contexts() if one.name == "app-alone")
    last = [(step.app, step.args.rpartition("/")[2]) for step in alone.extensions[0].steps[-2:]]

    assert last == [("AGI", "route_call"), ("Goto", "app-fallback,s,1")]
