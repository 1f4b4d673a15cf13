import re
from collections.abc import Iterable

import pytest
from aiohttp import ClientSession

from ari_app.web.health import HealthServer
from ari_app.web.metrics import Measured, MetricsPage


def lines(*measured: Measured) -> list[str]:
    """Those of ours, without help and type."""
    text = MetricsPage(lambda: measured).text().decode()
    return [line for line in text.splitlines() if line.startswith("hotline_")]


def test_a_gauge_is_one_line() -> None:
    assert lines(Measured("calls_live", "Calls", 3)) == ["hotline_calls_live 3.0"]


def test_a_counter_is_named_as_one() -> None:
    assert lines(Measured("journal_rejected", "Facts", 2, "counter")) == [
        "hotline_journal_rejected_total 2.0"
    ]


def test_every_word_of_a_label_has_its_line() -> None:
    waiting = Measured("queue_waiting", "Calls", label="queue", values={"orders": 2, "billing": 0})

    assert lines(waiting) == [
        'hotline_queue_waiting{queue="orders"} 2.0',
        'hotline_queue_waiting{queue="billing"} 0.0',
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('say "hi"', r"say \"hi\""),
        ("back\\slash", r"back\\slash"),
        ("two\nlines", r"two\nlines"),
        ("客服", "客服"),
    ],
)
def test_a_name_cannot_break_out_of_its_label(name: str, shown: str) -> None:
    found = lines(Measured("queue_waiting", "Calls", label="queue", values={name: 1}))

    assert found == [f'hotline_queue_waiting{{queue="{shown}"}} 1.0']


def test_what_is_not_known_is_not_shown() -> None:
    assert lines(Measured("gate_age_seconds", "Age", None)) == []


def test_each_figure_says_what_it_is() -> None:
    text = MetricsPage(lambda: [Measured("ready", "1 when\ncallers can be served", 1)]).text()

    assert b"# HELP hotline_ready 1 when\\ncallers can be served\n" in text
    assert b"# TYPE hotline_ready gauge\n" in text


def test_the_process_itself_is_measured_too() -> None:
    assert b"process_cpu_seconds_total" in MetricsPage(list).text()


def test_the_figures_are_read_each_time() -> None:
    counted = iter((1.0, 2.0))

    def read() -> Iterable[Measured]:
        return [Measured("calls_live", "Calls", next(counted))]

    page = MetricsPage(read)

    assert re.findall(rb"^hotline_calls_live (\S+)", page.text() + page.text(), re.M) == [
        b"1.0",
        b"2.0",
    ]


async def test_it_is_served_beside_health(unused_tcp_port: int) -> None:
    page = MetricsPage(lambda: [Measured("ready", "Ready", 1)])
    server = HealthServer("127.0.0.1", unused_tcp_port, dict, page.routes())
    runner = await server.start()

    async with ClientSession() as http:
        answer = await http.get(f"http://127.0.0.1:{unused_tcp_port}/metrics")
        text = await answer.text()

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "hotline_ready 1.0" in text
    await runner.cleanup()
