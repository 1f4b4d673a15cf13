from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from ari_app.commands.call import need_phones, read_keys
from ari_app.commands.check import Report, report_picture
from ari_app.commands.questions import language_keys, questions, readable_flows
from ari_app.commands.transcript import Entry, line, named
from ari_app.commands.words import Words
from ari_app.commands.world import alone, has_connection, http_port, is_driven
from ari_app.domain.errors import HotlineError, NotFound
from ari_app.domain.finding import error
from ari_app.site.layout import SOURCE
from tests.unit.commands.samples import site_in

TEXTS = {"zh": {"welcome": "您好"}, "en": {"welcome": "Hello"}}


@pytest.mark.parametrize("text", ["1,2", "12", "1 2", "1, 2,"])
def test_keys_are_read_with_and_without_commas(text: str) -> None:
    assert read_keys(text) == ["1", "2"]


def test_a_key_that_no_phone_has_is_refused() -> None:
    assert read_keys("") == []
    with pytest.raises(typer.BadParameter, match="x"):
        read_keys("1,x")


def test_only_phones_of_the_site_can_answer(tmp_path: Path) -> None:
    site = site_in(tmp_path)

    need_phones(site, ["1001"])
    with pytest.raises(NotFound):
        need_phones(site, ["1009"])


def test_prompts_that_ask_are_those_of_nodes_with_keys() -> None:
    asking = questions(readable_flows(SOURCE / "dialplan" / "flows"))

    assert {"zh/choose-language", "en/main-menu"} <= asking
    assert not {"zh/welcome", "zh/not-understood"} & asking


def test_the_key_of_a_language_is_read_from_the_flow() -> None:
    assert language_keys(readable_flows(SOURCE / "dialplan" / "flows")) == {"zh": "1", "en": "2"}


def test_a_flow_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("x =")

    assert readable_flows(tmp_path) == []


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ("zh/welcome", ("welcome", "您好")),
        ("en/welcome", ("welcome", "Hello")),
        ("zh/unknown", ("unknown", "")),
        ("tone 620", ("tone 620 Hz", "")),
        ("music", ("music", "")),
        ("beep", ("beep", "")),
    ],
)
def test_what_is_heard_is_told_with_its_text(heard: str, told: tuple[str, str]) -> None:
    assert named(heard, TEXTS, Words("en")) == told


def test_a_line_of_the_transcript_has_time_who_what_and_text() -> None:
    told = line(Entry(2.1, "caller", "heard", "welcome", "您好"), Words("en"))

    assert told.split() == ["2.1", "s", "caller", "heard", "welcome", "您好"]


def test_a_test_call_brings_only_the_phones_it_needs(tmp_path: Path) -> None:
    site = site_in(tmp_path).with_phones(["1002"])

    assert [phone.extension for phone in site.state.phones] == ["1002"]
    assert site.secrets == site_in(tmp_path).secrets


def test_two_test_calls_on_one_site_are_refused(tmp_path: Path) -> None:
    site = site_in(tmp_path)

    with alone(site), pytest.raises(HotlineError, match="another test call"), alone(site):
        pass
    with alone(site):
        pass


def test_the_port_of_a_world_is_read_from_its_configuration(tmp_path: Path) -> None:
    conf = tmp_path / "http.conf"
    assert http_port(conf) is None

    conf.write_text("[general]\nbindport = 8123\n")
    assert http_port(conf) == 8123


CONNECTIONS = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 0100007F:1FBB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   1: 0100007F:1FBC 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0
   2: 0100007F:9C40 0100007F:1FBD 01 00000000:00000000 00:00000000 00000000     0
"""


def test_a_world_is_driven_while_somebody_is_connected_to_it(tmp_path: Path) -> None:
    assert not has_connection(CONNECTIONS, 8123)  # only listening
    assert has_connection(CONNECTIONS, 8124)
    assert not has_connection(CONNECTIONS, 8125)  # the other end's port
    assert not is_driven(site_in(tmp_path))


def test_a_report_shows_each_finding_with_its_cure(drawn: Callable[[Any], str]) -> None:
    report = Report(
        False, [error("a.toml", "line 3", "is wrong", "mend it")], "database", "22.10.1"
    )

    text = drawn(report_picture(report))

    assert "a.toml, line 3: is wrong" in text
    assert "mend it" in text
    assert "1 errors, 0 warnings" in text
