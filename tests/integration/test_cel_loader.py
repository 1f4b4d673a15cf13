"""Asterisk's event log reaches PostgreSQL whole and once, whatever happens to file and process."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.store import cel
from ari_app.workers.cel_files import CelFiles
from ari_app.workers.cel_loader import CelLoader
from tests.integration.asking import Asking, WallClock, asking
from tests.integration.cel_lines import START, call_lines, line

CALL = UUID("256826de-fe42-4e49-af11-d9f9d315d1b7")


@pytest.fixture
async def ask(database_url: str) -> AsyncIterator[Asking]:
    async with asking(database_url) as port:
        yield port


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "Master.csv"


def loader(ask: Asking, log: Path, piece_bytes: int = 128 * 1024) -> CelLoader:
    made = CelLoader(ask, log, "node1", WallClock())
    made._files = CelFiles(log, piece_bytes)
    return made


def calls(count: int, first: int = 0) -> list[str]:
    return [text for n in range(count) for text in call_lines(uuid4(), first + n)]


def put(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(lines), newline="")


def add(path: Path, lines: Iterable[str]) -> None:
    with path.open("a", newline="") as file:
        file.writelines(lines)


def rotate(path: Path) -> Path:
    return path.rename(path.with_name("Master.csv.1"))


async def loaded(ask: Asking) -> int:
    return await ask(lambda db: db.fetchval("SELECT count(*) FROM cel_raw"))


async def test_every_row_of_a_call_is_loaded_with_its_call(ask: Asking, log: Path) -> None:
    put(log, call_lines(CALL, 1, talks=True))

    await loader(ask, log).catch_up()

    rows = (await ask(lambda db: cel.rows_of(db, [CALL])))[CALL]
    assert rows[0].event == "CHAN_START"  # before the dialplan named the call
    assert len(rows) == len(call_lines(CALL, 1, talks=True))
    assert rows[0].time == START
    assert {row.unique_id for row in rows} == {"node1-1.0", f"{CALL}-a1"}


async def test_the_key_may_come_in_a_later_piece_than_the_first_row(ask: Asking, log: Path) -> None:
    lines = call_lines(CALL, 1)
    put(log, lines[:1])
    reading = loader(ask, log)
    await reading.catch_up()

    put(log, lines)
    await reading.catch_up()

    assert len((await ask(lambda db: cel.rows_of(db, [CALL])))[CALL]) == len(lines)


async def test_growth_at_any_byte_gives_each_row_once(ask: Asking, log: Path) -> None:
    text = "".join(calls(3)).encode()
    reading = loader(ask, log)
    cuts = [0, 1, 100, 517, 518, 1000, len(text) - 1, len(text)]

    for start, end in pairwise(cuts):
        add(log, [text[start:end].decode()])
        await reading.catch_up()

    assert await loaded(ask) == text.count(b"\n")


async def test_a_loader_that_died_is_followed_without_loss_or_repetition(
    ask: Asking, log: Path
) -> None:
    put(log, calls(20))
    for _ in range(4):
        await loader(ask, log, piece_bytes=700).step()

    await loader(ask, log).catch_up()

    assert await loaded(ask) == len(calls(20))
    assert await ask(lambda db: db.fetchval("SELECT sum(records) FROM cel_file")) == await loaded(
        ask
    )


async def test_two_loaders_at_once_load_each_row_once(ask: Asking, log: Path) -> None:
    put(log, calls(60))

    both = [loader(ask, log, piece_bytes=900) for _ in range(2)]
    await asyncio.gather(*(reading.catch_up() for reading in both))

    assert await loaded(ask) == len(calls(60))
    assert await ask(lambda db: db.fetchval("SELECT sum(records) FROM cel_file")) == len(calls(60))


async def test_a_renamed_file_goes_on_and_the_new_one_begins(ask: Asking, log: Path) -> None:
    first, late, second = calls(3), calls(1, first=10), calls(2, first=20)
    reading = loader(ask, log)
    put(log, first)
    await reading.catch_up()

    rotated = rotate(log)
    add(rotated, late)
    put(log, second)
    await reading.catch_up()

    assert await loaded(ask) == len(first + late + second)
    assert len(await ask(lambda db: cel.places(db, "node1"))) == 2


async def test_a_file_copied_and_cut_is_read_from_its_new_start(ask: Asking, log: Path) -> None:
    first, late, second = calls(3), calls(1, first=10), calls(30, first=20)
    reading = loader(ask, log)
    put(log, first)
    await reading.catch_up()

    put(log.with_name("Master.csv.1"), first + late)
    os.truncate(log, 0)
    add(log, second)  # longer than before: the size alone would tell nothing
    await reading.catch_up()

    assert await loaded(ask) == len(first + late + second)


async def test_a_file_that_vanished_is_waited_for(ask: Asking, log: Path) -> None:
    reading = loader(ask, log)
    await reading.catch_up()
    put(log, calls(1))
    await reading.catch_up()
    os.unlink(log)
    await reading.catch_up()

    put(log, calls(2, first=5))
    await reading.catch_up()

    assert await loaded(ask) == len(calls(3))


async def test_a_torn_last_line_waits_and_is_given_up_only_after_rotation(
    ask: Asking, log: Path
) -> None:
    lines = calls(1)
    put(log, ["".join(lines)[:-40]])
    reading = loader(ask, log)
    await reading.catch_up()
    assert (await loaded(ask), reading.damaged) == (len(lines) - 1, 0)

    rotated = rotate(log)
    hours_ago = time.time() - 7200
    os.utime(rotated, (hours_ago, hours_ago))
    await reading.catch_up()

    assert (await loaded(ask), reading.damaged) == (len(lines) - 1, 1)


async def test_damage_in_the_middle_costs_its_own_row_only(ask: Asking, log: Path) -> None:
    lines = calls(3)
    lines[5] = lines[5][:30]  # a full disk: the next line follows without a break
    put(log, lines)
    reading = loader(ask, log)

    await reading.catch_up()

    assert (await loaded(ask), reading.damaged) == (len(lines) - 1, 1)


async def test_nothing_is_lost_while_postgresql_is_away(ask: Asking, log: Path) -> None:
    put(log, calls(10))
    reading = loader(ask, log, piece_bytes=700)
    await reading.step()

    ask.away = True
    with pytest.raises(Unavailable):
        await reading.catch_up()
    add(log, calls(5, first=50))
    ask.away = False
    await reading.catch_up()

    assert await loaded(ask) == len(calls(15))


async def test_a_backlog_comes_in_pieces_that_stay_small(ask: Asking, log: Path) -> None:
    put(log, calls(100))
    reading = loader(ask, log, piece_bytes=4096)
    sizes: list[int] = []

    while await reading.step():
        sizes.append(reading.loaded - sum(sizes))

    assert sum(sizes) == len(calls(100))
    assert max(sizes) < 30


async def test_a_line_of_megabytes_is_passed_over(ask: Asking, log: Path) -> None:
    put(log, [*calls(1), "x" * 3_000_000, "\n", *calls(1, first=7)])
    reading = loader(ask, log, piece_bytes=4096)

    await reading.catch_up()

    assert (await loaded(ask), reading.damaged) == (len(calls(2)), 1)


async def test_it_is_written_down_until_when_the_log_is_read(ask: Asking, log: Path) -> None:
    put(log, calls(1))

    until = await loader(ask, log).catch_up()

    watched = await ask(lambda db: cel.watched(db, "node1"))
    assert watched == cel.Watched(START, until)


async def test_what_a_caller_sends_cannot_stop_the_loader(ask: Asking, log: Path) -> None:
    names = ["\0", "\x1b[2J", '","",\n"CHAN_END', "\N{REPLACEMENT CHARACTER}", "王" * 500]
    extras = ['{"a":"\\u0000"}', '{"a":"\\ud800"}', "[" * 300, "1e999", '"', "{}"]
    lines = [line("ANSWER", START, "c", "c", caller_name=name) for name in names]
    lines += [line("HANGUP", START, "c", "c", extra=extra) for extra in extras]
    put(log, lines)

    await loader(ask, log).catch_up()

    assert await loaded(ask) == len(lines)
