"""An app name stays connected: loss, reconcile, replay, fencing."""

import asyncio
import dataclasses

import pytest
from aiohttp import encode_basic_auth

from ari_app.ari import Ari, Hooks, Reconnected
from ari_app.ari.events import ChannelDestroyed, ChannelStateChange, StasisStart
from ari_app.domain.errors import Fenced, Unavailable
from tests.fakes.ari_server import AriServer, channel_json
from tests.unit.ari.conftest import APP, QUICK, connected, until


class Journal:
    """Remembers what the hooks were told; `gate` keeps on_connected busy while it is shut."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.reconciling = asyncio.Event()
        self.lost = asyncio.Event()
        self.hooks = Hooks(self.on_connected, self.on_lost, self.on_stray, self.on_fenced)

    async def on_connected(self, app: str, first: bool) -> None:
        self.told.append(("connected", app, first))
        self.reconciling.set()
        await self.gate.wait()

    def on_lost(self, app: str, reason: str) -> None:
        self.told.append(("lost", app))
        self.lost.set()

    def on_stray(self, event: object, app: str) -> None:
        self.told.append((type(event).__name__, *event.ids()))  # type: ignore[attr-defined]

    def on_fenced(self, app: str) -> None:
        self.told.append(("fenced", app))


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.mark.parametrize("politely", [True, False])
async def test_a_closed_connection_is_made_again(
    server: AriServer, journal: Journal, politely: bool
) -> None:
    async with connected(server, hooks=journal.hooks) as ari:
        if politely:
            await server.close(APP)
        else:
            server.break_off(APP)
        await journal.lost.wait()
        await ari.until_connected()

        assert journal.told == [("connected", APP, True), ("lost", APP), ("connected", APP, False)]
        assert ari.stats.reconnects == 1


async def test_the_event_filter_is_set_after_each_connect(server: AriServer) -> None:
    async with connected(server):
        (request,) = server.asked(f"applications/{APP}/eventFilter")

    assert (request.way, request.method) == ("ws", "PUT")
    assert {"type": "ChannelVarset"} in request.body["disallowed"]


async def test_events_wait_while_reconciling_and_are_replayed_in_order(
    server: AriServer, journal: Journal
) -> None:
    journal.gate.clear()
    ari = Ari(server.url, "user", "secret", (APP,), hooks=journal.hooks, options=QUICK)
    running = asyncio.create_task(ari.run())
    await journal.reconciling.wait()
    for name in ("a", "b", "c"):
        await server.send(APP, "StasisStart", args=[], channel=channel_json(name))
    await ari.asterisk.ping()  # requests pass while events wait
    before = list(journal.told)

    journal.gate.set()
    await ari.until_connected()
    running.cancel()
    await asyncio.wait({running})

    assert before == [("connected", APP, True)]
    assert journal.told[1:4] == [("StasisStart", one) for one in ("a", "b", "c")]


async def test_every_inbox_hears_that_events_were_lost(server: AriServer, journal: Journal) -> None:
    async with connected(server, hooks=journal.hooks) as ari:
        inbox = ari.inbox("call a").follow("a")
        journal.reconciling.clear()
        journal.gate.clear()
        await server.close(APP)
        await journal.reconciling.wait()
        await server.send(APP, "ChannelStateChange", channel=channel_json("a"))
        await ari.asterisk.ping()
        journal.gate.set()

        kinds = [type(await inbox.next(within=1)) for _ in range(2)]

    assert kinds == [Reconnected, ChannelStateChange]


async def test_reconciling_has_a_deadline(server: AriServer, journal: Journal) -> None:
    journal.gate.clear()
    options = dataclasses.replace(QUICK, reconcile_timeout=0.02)
    ari = Ari(server.url, "user", "secret", (APP,), hooks=journal.hooks, options=options)
    running = asyncio.create_task(ari.run())

    await server.connected(APP, times=2)
    journal.gate.set()
    await ari.until_connected()
    running.cancel()
    await asyncio.wait({running})

    assert journal.told[:2] == [("connected", APP, True), ("lost", APP)]
    assert ari.stats.reconnects == 0


async def test_a_flood_while_reconciling_starts_over_instead_of_growing(
    server: AriServer, journal: Journal
) -> None:
    journal.gate.clear()
    options = dataclasses.replace(QUICK, buffered_events=2)
    ari = Ari(server.url, "user", "secret", (APP,), hooks=journal.hooks, options=options)
    running = asyncio.create_task(ari.run())
    await journal.reconciling.wait()

    for _ in range(3):
        await server.send(APP, "ChannelStateChange", channel=channel_json("a"))
    await journal.lost.wait()
    journal.gate.set()
    await ari.until_connected()
    running.cancel()
    await asyncio.wait({running})

    assert not [one for one in journal.told if "ChannelStateChange" in one]  # type: ignore[operator]


async def test_a_failing_reconcile_is_tried_again(server: AriServer) -> None:
    attempts = []

    async def fail_once(app: str, first: bool) -> None:
        attempts.append(first)
        if len(attempts) == 1:
            raise ValueError("a bug of the application")

    async with connected(server, hooks=Hooks(on_connected=fail_once)) as ari:
        assert attempts == [True, True]
        assert ari.stats.hook_failures == 1


async def test_a_peer_that_says_nothing_is_given_up(server: AriServer, journal: Journal) -> None:
    options = dataclasses.replace(QUICK, first_ping=0.02, ping_timeout=0.03)

    async with connected(server, hooks=journal.hooks, options=options):
        server.silent = True
        await journal.lost.wait()
        server.silent = False
        await server.connected(APP, times=2)


@pytest.mark.parametrize("fault", ["forgotten", "deaf"])
async def test_a_socket_that_serves_our_application_no_more_is_given_up(
    server: AriServer, journal: Journal, fault: str
) -> None:
    options = dataclasses.replace(QUICK, first_ping=0.02, ping_interval=0.02, echo_timeout=0.05)
    without: set[str] = getattr(server, fault)

    async with connected(server, hooks=journal.hooks, options=options):
        await asyncio.sleep(0.2)
        assert not journal.lost.is_set()
        without.add(APP)
        await journal.lost.wait()
        without.clear()
        await server.connected(APP, times=2)


async def test_in_a_flood_of_events_nobody_waits_for_the_pings_own(
    server: AriServer, journal: Journal
) -> None:
    options = dataclasses.replace(QUICK, first_ping=0.02, ping_interval=0.02, echo_timeout=0.1)

    async with connected(server, hooks=journal.hooks, options=options):
        server.deaf.add(APP)
        for _ in range(40):
            await server.send(APP, "ChannelStateChange", channel=channel_json("a"))
            await asyncio.sleep(0.01)
        assert not journal.lost.is_set()


async def test_pings_are_nobodys_events(server: AriServer, journal: Journal) -> None:
    options = dataclasses.replace(QUICK, first_ping=0.01, ping_interval=0.01)

    async with connected(server, hooks=journal.hooks, options=options) as ari:
        await asyncio.sleep(0.1)
        assert ari.stats.events == 0
        assert not journal.lost.is_set()


async def test_a_new_socket_is_looked_at_soon(server: AriServer, journal: Journal) -> None:
    options = dataclasses.replace(QUICK, first_ping=0.02)
    server.forgotten.add(APP)

    async with connected(server, hooks=journal.hooks, options=options):
        await journal.lost.wait()
        server.forgotten.clear()
        await server.connected(APP, times=2)


async def test_being_replaced_fences_the_client_at_once(
    server: AriServer, journal: Journal
) -> None:
    server.hold("GET", "channels/a")
    ari = Ari(server.url, "user", "secret", (APP, "other"), hooks=journal.hooks, options=QUICK)
    running = asyncio.create_task(ari.run())
    await ari.until_connected()
    waiting = asyncio.create_task(ari.channels.get("a"))
    await server.held.get()

    async with connected(server):
        with pytest.raises(Fenced):
            await running
        with pytest.raises(Fenced):
            await waiting
        with pytest.raises(Fenced):
            await ari.lane("other").channels.answer("a")

    assert ("fenced", APP) in journal.told
    assert not server.asked("channels/a/answer")


async def test_an_own_connection_that_asterisk_heard_late_is_no_other_program(
    server: AriServer, journal: Journal
) -> None:
    asked = asyncio.Event()
    answer = asyncio.get_running_loop().create_future()

    async def still_ours() -> bool:
        asked.set()
        return bool(await answer)

    journal.hooks.still_ours = still_ours
    async with connected(server, hooks=journal.hooks) as ari:
        async with connected(server):
            await asked.wait()
            with pytest.raises(Unavailable):
                await ari.channels.answer("a")
        answer.set_result(True)
        await ari.until_connected()
        await ari.asterisk.ping()

    assert ("fenced", APP) not in journal.told
    assert not server.asked("channels/a/answer")


async def test_who_is_not_sure_to_be_the_only_one_is_fenced_when_told_so(
    server: AriServer, journal: Journal
) -> None:
    async def still_ours() -> bool:
        return False

    journal.hooks.still_ours = still_ours
    ari = Ari(server.url, "user", "secret", (APP,), hooks=journal.hooks, options=QUICK)
    running = asyncio.create_task(ari.run())
    await ari.until_connected()

    async with connected(server):
        with pytest.raises(Fenced):
            await running
    assert ("fenced", APP) in journal.told


async def test_a_failing_hook_does_not_end_the_reader(server: AriServer) -> None:
    def fail(event: object, app: str) -> None:
        raise ValueError("a bug of the application")

    async with connected(server, hooks=Hooks(on_stray=fail)) as ari:
        await server.send(APP, "ChannelStateChange", channel=channel_json("a"))
        await ari.asterisk.ping()

        assert ari.stats.hook_failures == 1


async def test_each_app_has_its_own_socket_and_lane(server: AriServer) -> None:
    server.reply("GET", "channels/a", channel_json("a"))

    async with connected(server, "one", "two") as ari:
        await ari.lane("two").channels.get("a")
        await ari.channels.get("a")

        assert ari.connected == {"one", "two"}
        assert [one.app for one in server.asked("channels/a")] == ["two", "one"]


async def test_the_other_lane_serves_when_the_first_is_away(server: AriServer) -> None:
    server.reply("GET", "channels/a", channel_json("a"))
    options = dataclasses.replace(QUICK, first_backoff=60.0, longest_backoff=60.0)
    lost = asyncio.Event()

    hooks = Hooks(on_lost=lambda app, reason: lost.set())
    async with connected(server, "one", "two", hooks=hooks, options=options) as ari:
        await server.close("one")
        await lost.wait()
        await ari.channels.get("a")

        assert server.asked("channels/a")[0].app == "two"


async def test_events_reach_the_reader_typed(ari: Ari, server: AriServer) -> None:
    inbox = ari.inbox("call a").follow("a")

    await server.send(APP, "StasisStart", args=["x"], channel=channel_json("a"))
    await server.send(APP, "ChannelDestroyed", cause=16, cause_txt="", channel=channel_json("a"))

    match await inbox.next(within=1):
        case StasisStart(args=args, timestamp=timestamp):
            assert args == ["x"]
            assert timestamp.utcoffset() is not None
    match await inbox.next(within=1):
        case ChannelDestroyed(cause=cause):
            assert cause == 16


async def test_a_failed_connect_is_logged_without_the_password(
    server: AriServer, caplog: pytest.LogCaptureFixture
) -> None:
    ari = Ari(server.url + "/wrong", "user", "secret", (APP,), options=QUICK)

    with caplog.at_level("WARNING"):
        running = asyncio.create_task(ari.run())
        await until(lambda: caplog.records)
        running.cancel()
        await asyncio.wait({running})

    assert "not connected" in caplog.text
    assert encode_basic_auth("user", "secret").split()[1] not in caplog.text
