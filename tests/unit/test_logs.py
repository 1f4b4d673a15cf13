"""One JSON object per line, and no number of a person in it."""

import asyncio
import io
import json
import logging
import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from ari_app import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    before = logging.root.handlers[:], logging.root.level
    with warnings.catch_warnings():
        yield io.StringIO()
        logging.captureWarnings(False)
    logging.root.handlers[:], logging.root.level = before


def written(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_facts(stream: io.StringIO) -> None:
    logs.configure("info", "agi", stream)

    logging.getLogger("agi.visit").info("agi\nrequest", extra={"call_id": "c1", "ms": 1.5})
    logging.getLogger("agi.visit").debug("unheard")

    [event] = written(stream)
    assert datetime.fromisoformat(event.pop("time")).utcoffset().total_seconds() == 0  # type: ignore[union-attr]
    assert event == {
        "event": "agi\nrequest",
        "call_id": "c1",
        "ms": 1.5,
        "level": "info",
        "logger": "agi.visit",
        "process": "agi",
    }


async def test_lines_of_a_busy_moment_are_written_together(stream: io.StringIO) -> None:
    logs.configure("info", "agi", stream)
    log = logging.getLogger("test")

    log.info("one")
    log.info("two")
    assert not written(stream)
    await asyncio.sleep(2 * logs.GATHERED)
    assert [line["event"] for line in written(stream)] == ["one", "two"]

    log.info("three")
    await asyncio.sleep(2 * logs.GATHERED)
    assert [line["event"] for line in written(stream)] == ["one", "two", "three"]


async def test_trouble_is_written_at_once_with_what_led_to_it(stream: io.StringIO) -> None:
    logs.configure("info", "agi", stream)
    log = logging.getLogger("test")

    log.info("one")
    await asyncio.to_thread(log.info, "two")  # no loop runs there, but one will write it
    log.warning("three")

    assert [line["event"] for line in written(stream)] == ["one", "two", "three"]
    await asyncio.sleep(2 * logs.GATHERED)
    assert len(written(stream)) == 3


async def test_what_is_gathered_is_written_when_the_process_ends(stream: io.StringIO) -> None:
    logs.configure("info", "agi", stream)

    logging.getLogger("test").info("one")
    logging.root.handlers[0].flush()  # as logging.shutdown does

    assert [line["event"] for line in written(stream)] == ["one"]


async def test_a_line_that_cannot_be_made_costs_no_other(stream: io.StringIO) -> None:
    logs.configure("info", "agi", stream)
    log = logging.getLogger("test")

    log.info("%d", "no number")
    log.warning("two")

    assert [line["event"] for line in written(stream)] == ["two"]


def test_what_belongs_to_people_is_masked(stream: io.StringIO) -> None:
    logs.configure("debug", "agi", stream)
    log = logging.getLogger("test")

    log.info("one", extra={"pii_caller": "13800138000", "pii_name": "王小明"})
    log.debug("two", extra={"pii_caller": "13800138000"})
    log.warning("three", extra={"pii_caller": "13800138000"})

    one, two, three = written(stream)
    assert (one["pii_caller"], one["pii_name"]) == ("*******8000", "***")
    assert two["pii_caller"] == "13800138000"
    assert three["pii_caller"] == "*******8000"


def test_an_exception_stays_in_its_line(stream: io.StringIO) -> None:
    logs.configure("info", "agi", stream)

    try:
        raise ZeroDivisionError("x\u2028y")
    except ZeroDivisionError:
        logging.getLogger("test").exception("failed")

    [event] = written(stream)
    assert "ZeroDivisionError" in event["exception"]


@pytest.mark.parametrize(
    "text", ["a\r\nb", "\x1b[2J", "\x7f", "\u2028", "\u202e", "\ud800", "\U0001f600", "'; DROP"]
)
def test_text_from_outside_is_one_ascii_line(stream: io.StringIO, text: str) -> None:
    logs.configure("info", "agi", stream)

    logging.getLogger("test").info("told %s", text, extra={"said": text})

    (line,) = stream.getvalue().split("\n")[:-1]
    assert line.isascii() and line.isprintable()  # noqa: PT018
    assert json.loads(line)["said"] == text


@pytest.mark.parametrize(
    "value", [{1, 2}, object(), {(1, 2): 3}, [{"a": b"\xff"}], 2**70, float("nan")]
)
def test_what_json_does_not_know_is_said_all_the_same(stream: io.StringIO, value: object) -> None:
    logs.configure("info", "agi", stream)

    logging.getLogger("test").info("odd", extra={"value": value})

    [event] = written(stream)
    assert event["event"] == "odd"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13800138000", "*******8000"),
        ("1234567", "***4567"),
        ("8001", "****"),
        ("", ""),
        ("somebody", "****"),
        (None, "****"),
        (13800138000, "*******8000"),
    ],
)
def test_four_digits_of_a_long_number_remain(value: object, shown: str) -> None:
    assert logs.masked(value) == shown
