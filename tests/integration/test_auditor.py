"""A day on which all is well gives no finding; each promise that is broken is found and named."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.domain.invariants import Finding, Invariant, Problem
from ari_app.workers.audit_checks import Checks, Sources
from ari_app.workers.audit_files import AuditedFiles
from ari_app.workers.audit_recordings import RecordingCheck
from ari_app.workers.auditor import Auditor
from ari_app.workers.cel_loader import CelLoader
from tests.integration.asking import Asking, WallClock, asking
from tests.integration.cel_lines import call_lines, line

NOW = datetime.now(UTC).replace(microsecond=0)
TALKED, WAITED, LIVE = (uuid4() for _ in range(3))
QUEUE = uuid4()
AGENT = 1001


@dataclass
class Site:
    """Three calls: one talked, one abandoned, one talking now."""

    ask: Asking
    folder: Path
    live: set[str]
    clock: WallClock = field(default_factory=lambda: WallClock(NOW))
    asterisk_away: bool = False

    async def sql(self, text: str, *values: object) -> None:
        await self.ask(lambda db: db.execute(text, *values))

    async def audit(self) -> list[Finding]:
        """What counts after everybody had time to put it right."""
        auditor = self.auditor()
        await auditor.round()
        self.clock.at = NOW + timedelta(seconds=61)
        await self.sql("UPDATE cel_watch SET read_until = $1 WHERE true", self.clock.at)
        await auditor.round()
        return list(auditor.counting)

    def auditor(self) -> Auditor:
        recordings = RecordingCheck(self.ask, AuditedFiles(self.folder))
        sources = Sources(self.channels, self.booted_at)
        checks = Checks(self.ask, recordings, "node1", sources)
        return Auditor(checks, self.clock, look_back=timedelta(minutes=50))

    async def channels(self) -> Collection[str]:
        if self.asterisk_away:
            raise Unavailable("Asterisk: away")
        return self.live

    async def booted_at(self) -> datetime:
        return NOW - timedelta(days=3)

    async def load(self, lines: list[str]) -> None:
        with (self.folder / "Master.csv").open("a") as log:
            log.writelines(lines)
        await CelLoader(self.ask, self.folder / "Master.csv", "node1", self.clock).catch_up()

    async def call(self, call_id: UUID, number: int, ago: float, outcome: str | None) -> None:
        """A call of 100 s that arrived so many seconds ago; alive when it has no outcome."""
        at = NOW - timedelta(seconds=ago)
        end = at + timedelta(seconds=100) if outcome else None
        lines = call_lines(
            call_id, number, at, seconds=100, talks=outcome in (None, "talked"), ends=bool(outcome)
        )
        await self.load(lines if outcome else lines[:-1])
        await self.sql(
            "INSERT INTO call (call_id, arrived_at, node, answered_at, ended_at, outcome,"
            " end_reason, closed_by) VALUES ($1, $2, 'node1', $2, $3, $4, 'caller_hung_up', $5)",
            *(call_id, at, end, outcome, "engine" if outcome else None),
        )
        await self.leg(call_id, at, f"node1-{number}.0", "caller", end)
        if outcome:
            await self.record(call_id, at)

    async def leg(
        self, call_id: UUID, at: datetime, channel: str, role: str, end: datetime | None
    ) -> None:
        await self.sql(
            "INSERT INTO leg (call_id, arrived_at, leg_id, node, role, agent_id, started_at,"
            " ended_at) VALUES ($1, $2, $3, 'node1', $4, $5, $2, $6)",
            *(call_id, at, channel, role, AGENT if role == "agent" else None, end),
        )

    async def record(self, call_id: UUID, at: datetime) -> None:
        path = f"{at:%Y/%m/%d}/{call_id}.wav"
        file = self.folder / "archive" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"RIFF")
        await self.sql(
            "INSERT INTO recording (call_id, arrived_at, state, path, sha256, bytes, seconds)"
            " VALUES ($1, $2, 'finalised', $3, $4, 4, 100)",
            *(call_id, at, path, sha256(b"RIFF").hexdigest()),
        )

    async def offer(self, call_id: UUID, agent: int, made: float, ended: float | None) -> UUID:
        """Times in seconds ago."""
        offer = uuid4()
        await self.sql(
            "INSERT INTO offer (id, call_id, arrived_at, agent_id, made_at, deadline, ended_at,"
            " result) VALUES ($1, $2, $3, $4, $3, $5, $6, $7)",
            *(offer, call_id, NOW - timedelta(seconds=made), agent),
            NOW - timedelta(seconds=made - 15),
            *((NOW - timedelta(seconds=ended), "refused") if ended is not None else (None, None)),
        )
        return offer

    async def agent(self, state: str, until: float | None, call_id: UUID | None = LIVE) -> None:
        await self.sql(
            "INSERT INTO agent_presence (agent_id, version, state, since, reason, until, call_id)"
            " VALUES ($1, 1, $2, $3, 'login', $4, $5) ON CONFLICT (agent_id) DO UPDATE"
            " SET state = excluded.state, until = excluded.until, call_id = excluded.call_id",
            *(AGENT, state, NOW - timedelta(hours=1)),
            *(None if until is None else NOW + timedelta(seconds=until), call_id),
        )


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with asking(database_url) as ask:
        made = Site(ask, tmp_path, {"node1-3.0", f"{LIVE}-a1"})
        (tmp_path / "spool").mkdir()
        await made.sql("INSERT INTO agent (id, name) VALUES ($1, 'A')", AGENT)
        await made.call(TALKED, 1, 900, "talked")
        await made.call(WAITED, 2, 700, "abandoned")
        await made.call(LIVE, 3, 200, None)
        await made.leg(LIVE, NOW - timedelta(seconds=200), f"{LIVE}-a1", "agent", None)
        await made.sql(
            "INSERT INTO call_place (call_id, arrived_at, step, node, kind, flow, flow_version,"
            " flow_node, state, saved_at) VALUES ($1, $2, 1, 'node1', 'talk', 'hotline', '1', 'q',"
            " $3, $2)",
            *(LIVE, NOW - timedelta(seconds=200), f'{{"leg": "{LIVE}-a1"}}'),
        )
        await made.offer(TALKED, AGENT, 898, 890)
        await made.offer(LIVE, AGENT, 198, 190)
        await made.agent("talking", None)
        yield made


def named(findings: list[Finding]) -> list[tuple[str, Problem, str]]:
    return [(found.invariant.value, found.problem, found.subject) for found in findings]


async def test_a_clean_day_finds_nothing(site: Site) -> None:
    assert named(await site.audit()) == []
    assert site.auditor().counts() == {f"I{n}": 0 for n in range(1, 9)}


async def test_asking_about_the_whole_day_finds_nothing_either(site: Site) -> None:
    found = await site.auditor().look(NOW - timedelta(days=1))

    assert (found.findings, found.away) == ((), {})


async def test_i1_a_call_without_a_record(site: Site) -> None:
    lost = uuid4()
    await site.load(call_lines(lost, 9, NOW - timedelta(seconds=300)))

    found = await site.audit()

    assert ("I1", Problem.NO_RECORD, str(lost)) in named(found)
    assert {invariant for invariant, *_ in named(found)} == {"I1", "I8"}  # the sums miss it too


async def test_i1_a_record_without_a_call(site: Site) -> None:
    made_up = uuid4()
    at = NOW - timedelta(seconds=300)
    await site.sql(
        "INSERT INTO call (call_id, arrived_at, node, ended_at, outcome, closed_by)"
        " VALUES ($1, $2, 'node1', $2, 'talked', 'engine')",
        *(made_up, at),
    )
    await site.record(made_up, at)

    assert ("I1", Problem.NO_WITNESS, str(made_up)) in named(await site.audit())


async def test_i1_a_call_recorded_twice(site: Site) -> None:
    await site.sql(
        "INSERT INTO call (call_id, arrived_at, node, ended_at, outcome, closed_by)"
        " VALUES ($1, $2, 'node1', $2, 'talked', 'engine')",
        *(TALKED, NOW - timedelta(seconds=899)),
    )

    assert ("I1", Problem.TWO_RECORDS, str(TALKED)) in named(await site.audit())


async def test_i1_an_event_log_nobody_reads(site: Site) -> None:
    auditor = site.auditor()
    site.clock.at = NOW + timedelta(minutes=2)

    await auditor.round()

    assert named(list(auditor.counting)) == [("I1", Problem.LOG_NOT_READ, "node node1")]


async def test_i2_an_open_record_whose_channel_is_gone(site: Site) -> None:
    site.live = {f"{LIVE}-a1"}

    assert named(await site.audit()) == [("I2", Problem.CHANNEL_GONE, str(LIVE))]


async def test_i2_an_open_leg_whose_channel_is_gone(site: Site) -> None:
    await site.leg(TALKED, NOW - timedelta(seconds=900), f"{TALKED}-a1", "agent", None)

    assert named(await site.audit()) == [("I2", Problem.LEG_GONE, f"{TALKED} {TALKED}-a1")]


async def test_i3_a_call_without_recording_or_reason(site: Site) -> None:
    await site.sql("DELETE FROM recording WHERE call_id = $1", WAITED)

    assert named(await site.audit()) == [("I3", Problem.NO_RECORDING, str(WAITED))]


async def test_i3_a_reason_is_as_good_as_a_recording(site: Site) -> None:
    await site.sql(
        "UPDATE recording SET state = 'missing', reasons = '{no_file}', path = NULL,"
        " sha256 = NULL, bytes = NULL, seconds = NULL WHERE call_id = $1",
        WAITED,
    )

    assert named(await site.audit()) == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, Problem.FILE_MISSING),
        (b"RIFFRIFF", Problem.FILE_DIFFERS),
        (b"RUFF", Problem.FILE_DIFFERS),
    ],
)
async def test_i3_a_file_that_is_not_what_was_indexed(
    site: Site, content: bytes | None, problem: Problem
) -> None:
    (file,) = site.folder.glob(f"archive/*/*/*/{TALKED}.wav")
    file.unlink() if content is None else file.write_bytes(content)

    assert named(await site.audit()) == [("I3", problem, str(TALKED))]


@pytest.mark.parametrize(
    ("silent", "found"),
    [((0, 95), ["agent"]), ((95, 0), ["caller"]), ((40, 50), []), ((None, None), [])],
)
async def test_i3_a_talk_of_which_one_side_was_not_recorded(
    site: Site, silent: tuple[float | None, float | None], found: list[str]
) -> None:
    began = NOW - timedelta(seconds=895)
    await site.leg(TALKED, began, f"{TALKED}-a1", "agent", began + timedelta(seconds=90))
    await site.sql("UPDATE leg SET answered_at = started_at WHERE leg_id = $1", f"{TALKED}-a1")
    await site.sql(
        "UPDATE recording SET caller_silent_seconds = $2, agent_silent_seconds = $3"
        " WHERE call_id = $1",
        *(TALKED, *silent),
    )

    findings = [one for one in await site.audit() if one.problem is Problem.SIDE_SILENT]

    assert [one.values["side"] for one in findings] == found
    assert all("90 s" in one.sentence("en") for one in findings)


async def test_i3_a_file_in_no_index(site: Site) -> None:
    name = f"{TALKED}-in.wav"
    (site.folder / "spool" / name).write_bytes(b"RIFF")
    site.clock.at = datetime.now(UTC) + timedelta(seconds=90)

    found = await site.auditor().look(NOW - timedelta(days=1))

    assert named(list(found.findings))[-1:] == [("I3", Problem.FILE_NOT_INDEXED, f"spool/{name}")]


async def test_i4_an_agent_reserved_for_nothing(site: Site) -> None:
    await site.agent("reserved", 5)

    assert named(await site.audit()) == [("I4", Problem.NO_OFFER, "agent 1001")]


async def test_i4_an_offer_past_its_deadline(site: Site) -> None:
    await site.agent("reserved", 5)
    await site.offer(LIVE, AGENT, 100, None)

    assert named(await site.audit()) == [("I4", Problem.OFFER_OVERDUE, "agent 1001")]


async def test_i4_an_agent_who_talks_to_nobody(site: Site) -> None:
    await site.agent("talking", None, TALKED)

    assert named(await site.audit()) == [("I4", Problem.NOBODY_TO_TALK_TO, "agent 1001")]


@pytest.mark.parametrize("until", [None, -60.0])
async def test_i4_a_wrap_up_without_end(site: Site, until: float | None) -> None:
    await site.agent("wrap_up", until)

    assert named(await site.audit()) == [("I4", Problem.WRAP_UP_OVERDUE, "agent 1001")]


async def test_i5_a_caller_nobody_serves(site: Site) -> None:
    await site.sql("DELETE FROM call_place")

    assert named(await site.audit()) == [("I5", Problem.NOWHERE, str(LIVE))]


async def test_i5_the_fallback_serves_a_caller_without_us(site: Site) -> None:
    await site.sql("DELETE FROM call_place")
    at = NOW - timedelta(seconds=5)
    channel = "node1-3.0"
    await site.load([line("APP_START", at, channel, channel, context="app-fallback", app="Dial")])

    assert named(await site.audit()) == []


async def test_i5_a_caller_who_waits_in_no_queue(site: Site) -> None:
    await site.sql("UPDATE call_place SET kind = 'queue' WHERE true")

    assert named(await site.audit()) == [("I5", Problem.NOT_IN_QUEUE, str(LIVE))]


async def test_i5_a_caller_in_two_queues(site: Site) -> None:
    for _ in range(2):
        await site.sql(
            "INSERT INTO queue_visit (id, call_id, arrived_at, queue_id, entered_at)"
            " VALUES ($1, $2, $3, $4, $3)",
            *(uuid4(), LIVE, NOW, QUEUE),
        )

    assert named(await site.audit()) == [("I5", Problem.IN_TWO_QUEUES, str(LIVE))]


async def test_i5_a_talk_whose_agent_is_gone(site: Site) -> None:
    site.live = {"node1-3.0"}

    assert ("I5", Problem.NO_AGENT, str(LIVE)) in named(await site.audit())


async def test_i6_a_call_with_two_agents_at_once(site: Site) -> None:
    await site.offer(TALKED, 1002, 895, 880)

    assert named(await site.audit()) == [("I6", Problem.CALL_OFFERED_TWICE, str(TALKED))]


async def test_i6_an_agent_with_two_offers(site: Site) -> None:
    await site.offer(WAITED, AGENT, 895, 880)

    assert named(await site.audit()) == [("I6", Problem.AGENT_OFFERED_TWICE, "agent 1001")]


async def test_i7_a_channel_that_dialled_out_unasked(site: Site) -> None:
    at = NOW - timedelta(seconds=100)
    await site.load([line("CHAN_START", at, "out-1", "out-1", context="from-trunk", exten="s")])

    assert named(await site.audit()) == [("I7", Problem.DIALLED_UNASKED, "out-1")]


async def test_i8_a_talk_our_tables_do_not_count(site: Site) -> None:
    await site.sql("UPDATE call SET outcome = 'abandoned' WHERE call_id = $1", TALKED)

    found = await site.audit()

    assert named(found) == [("I8", Problem.COUNTED_DIFFERENTLY, str(TALKED))]
    assert "the event log counts it as talked, the tables as not_talked" in found[0].sentence("en")


async def test_i1_i8_a_call_that_was_long_is_looked_at_when_it_ends(site: Site) -> None:
    """Its arrival is long past for an auditor that has been there all the time."""
    lost, miscounted = uuid4(), uuid4()
    for number, call in enumerate((lost, miscounted), 11):
        await site.call(call, number, 2700, None)
        site.live.add(f"node1-{number}.0")
    auditor = site.auditor()
    for _ in range(2):
        await auditor.round()

    site.live -= {"node1-11.0", "node1-12.0"}
    at = NOW - timedelta(seconds=2700)
    for number, call in enumerate((lost, miscounted), 11):
        await site.load(call_lines(call, number, at, seconds=2701, talks=True)[-1:])
    await site.sql("DELETE FROM call WHERE call_id = $1", lost)
    await site.sql(
        "UPDATE call SET ended_at = $2, outcome = 'abandoned', closed_by = 'engine'"
        " WHERE call_id = $1",
        *(miscounted, NOW + timedelta(seconds=1)),
    )
    for call in (lost, miscounted):
        await site.sql("DELETE FROM leg WHERE call_id = $1", call)
        await site.record(call, at)
    for seconds in (5, 61):
        site.clock.at = NOW + timedelta(seconds=seconds)
        await site.sql("UPDATE cel_watch SET read_until = $1 WHERE true", site.clock.at)
        await auditor.round()

    assert set(named(list(auditor.counting))) == {
        ("I1", Problem.NO_RECORD, str(lost)),
        ("I8", Problem.COUNTED_DIFFERENTLY, str(lost)),
        ("I8", Problem.COUNTED_DIFFERENTLY, str(miscounted)),
    }


async def test_i8_a_call_no_sum_counts(site: Site) -> None:
    await site.sql("UPDATE call SET outcome = NULL WHERE call_id = $1", WAITED)

    assert named(await site.audit()) == [("I8", Problem.NO_OUTCOME, str(WAITED))]


async def test_what_is_put_right_is_cleared_and_what_is_young_does_not_count(site: Site) -> None:
    auditor = site.auditor()
    await site.sql("DELETE FROM call_place")
    assert (await auditor.round()).appeared == ()

    site.clock.at = NOW + timedelta(seconds=11)
    appeared = (await auditor.round()).appeared
    site.live = {f"{LIVE}-a1"}
    await site.sql("UPDATE call SET ended_at = $1, closed_by = 'cel' WHERE ended_at IS NULL", NOW)
    cleared = (await auditor.round()).cleared

    assert named(list(appeared)) == named(list(cleared)) == [("I5", Problem.NOWHERE, str(LIVE))]


async def test_without_asterisk_what_lives_is_not_judged(site: Site) -> None:
    auditor = site.auditor()
    site.asterisk_away = True

    await auditor.round()

    assert set(auditor.away) == {Invariant.I2, Invariant.I4, Invariant.I5}
    assert auditor.counting == ()
