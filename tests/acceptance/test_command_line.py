"""The `hotline` command as an operator types it, on a site of its own."""

import asyncio
import getpass
import json
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ari_app.commands.flow.publishing import taken
from ari_app.domain.pin import is_right
from ari_app.lab.lab import Lab, open_folder, until
from ari_app.site.installation import Installation
from ari_app.site.layout import SOURCE, Site
from ari_app.site.ports import is_free
from ari_app.store import customer_pins, flow_versions
from ari_app.store.db import connector
from ari_app.store.flow_versions import Wish

pytestmark = pytest.mark.asyncio(loop_scope="session")  # so that one site serves all tests

Answer = tuple[int, Any]
Typed = Callable[..., Coroutine[Any, Any, Answer]]


async def typed(site: Path, *words: str) -> Answer:
    """Exit code and document of one command; stdout must be that document and nothing else."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ari_app.cli", "--site", str(site), "--json", *words),
        cwd=SOURCE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert err == b"", err.decode()
    assert process.returncode is not None
    return process.returncode, json.loads(out)


async def until_logged_out(site: Path, agent: int) -> None:
    async def is_logged_out() -> bool:
        _, agents = await typed(site, "agents")
        return (agent, "logged_out") in [(one["id"], one["state"]) for one in agents]

    await until(is_logged_out, 30, f"agent {agent} logged out")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site() -> AsyncIterator[Path]:
    """Made and started by `hotline up`, stopped by `hotline down`."""
    with open_folder() as folder:
        here = folder / "site"
        try:
            status, document = await typed(here, "up")
            assert status == 0, document
            yield here
        finally:
            await typed(here, "down")


async def test_what_up_started_is_green_and_shows_its_figures(site: Path) -> None:
    status, found = await typed(site, "status")

    assert status == 0
    assert [part["name"] for part in found["parts"] if not part["ok"]] == []
    assert found["gate_age_seconds"] < 5
    assert found["agents"] == {"logged_out": 4}
    assert found["journal"]["spooled"] == 0


async def test_a_scripted_caller_says_what_it_heard_and_is_found_in_the_record(site: Path) -> None:
    status, told = await typed(
        *(site, "call", "95001", "--keys", "1,2", "--as", "13900000007"),
        *("--answer", "1002", "--talk", "2"),
    )

    heard = [entry["what"] for entry in told["transcript"] if entry["did"] == "heard"]
    pressed = [
        entry["what"]
        for entry in told["transcript"]
        if (entry["who"], entry["did"]) == ("caller", "pressed")
    ]
    assert status == 0
    assert told["answered"]
    assert pressed == ["1", "2"]
    wanted = ["agent-logged-in", "welcome", "main-menu", "tone 620 Hz", "agent-logged-out"]
    assert [what for what in heard if what in wanted] == wanted

    status, shown = await typed(site, "calls", "show", told["call_id"][:13])
    assert status == 0
    assert shown["call"]["outcome"] == "talked"
    assert shown["call"]["agents"] == [1002]
    assert {"arrived", "queued", "joined", "ended"} <= {each["what"] for each in shown["timeline"]}

    status, reasons = await typed(site, "why", told["call_id"])
    assert status == 0
    assert [visit["result"] for visit in reasons["visits"]] == ["answered"]
    assert [offer["agent_id"] for offer in reasons["offers"]] == [1002]
    assert "1002" in reasons["offers"][0]["because"][0]


async def test_calls_are_found_by_number(site: Path) -> None:
    await typed(site, "call", "95001", "--as", "13900000008", "--stay", "1")

    _, mine = await typed(site, "calls", "--caller", "13900000008")
    _, nobodys = await typed(site, "calls", "--caller", "13900000099")

    assert [call["caller"] for call in mine] == ["13900000008"]
    assert nobodys == []


async def test_staff_and_phones_are_listed(site: Path) -> None:
    _, agents = await typed(site, "agents")
    _, queues = await typed(site, "queues")
    _, phones = await typed(site, "phones")
    _, messages = await typed(site, "messages")
    _, migrated = await typed(site, "migrate")

    assert [agent["id"] for agent in agents] == [1001, 1002, 1003, 1004]
    assert {queue["name"]: queue["able"] for queue in queues} == {"orders": 3, "support": 2}
    assert [phone["extension"] for phone in phones] == ["1001", "1002", "1003", "1004"]
    assert "password" not in phones[0]
    assert messages == []
    assert migrated == {"applied": []}


async def test_a_supervisor_makes_a_pin_and_moves_an_agent(site: Path) -> None:
    status, made = await typed(site, "agents", "pin", "1004", "--generate")
    assert (status, made["agent"], len(made["pin"])) == (0, 1004, 6)

    _, moved = await typed(site, "agents", "set", "1004", "paused", "--why", "a meeting")
    assert moved == {"agent": 1004, "before": "logged_out", "after": "paused", "did": "at_once"}
    _, agents = await typed(site, "agents")
    assert (agents[3]["state"], agents[3]["reason"]) == ("paused", "supervisor")

    status, refused = await typed(site, "agents", "set", "4711", "ready", "--why", "who?")
    assert (status, refused["error"]) == (1, "there is no agent 4711")
    await typed(site, "agents", "set", "1004", "logged_out", "--why", "over")


async def test_a_sample_phone_with_a_pin_works_without_anybody_telling_the_pin(site: Path) -> None:
    await until_logged_out(site, 1002)  # from the wrap-up of an earlier test's call
    await typed(site, "agents", "pin", "1002", "--generate")
    status, told = await typed(
        *(site, "call", "95001", "--keys", "1,2", "--as", "13900000011"),
        *("--answer", "1002", "--talk", "1"),
    )
    await typed(site, "agents", "pin", "1002", "--clear")

    assert (status, told["answered"]) == (0, True)
    noted = [entry["what"] for entry in told["transcript"] if entry["did"] == "noted"]
    assert noted == ["PIN: logged in as by a supervisor"]
    assert "agent-logged-out" in [entry["what"] for entry in told["transcript"]]


async def test_check_finds_nothing_wrong_with_what_is_shipped(site: Path) -> None:
    status, report = await typed(site, "check")

    # In December a calendar without the next year's make-up workdays is a true finding.
    assert [one for one in report["findings"] if one["file"] != "table calendar_day"] == []
    assert status == 0
    assert report["names_from"] == "database"


async def test_status_says_whether_the_files_are_live(site: Path) -> None:
    here = Site.load(site)
    db = await connector(here.owner_url, within=5.0)()
    try:
        live = await flow_versions.latest(db)
        assert live is not None
        files = await flow_versions.files(db, live.version)
        other = {**files, "queries/serial-status.toml": files["queries/serial-status.toml"] + "#"}
        wish = Wish(files=other, who="tester", why="a remark", seen=live.number)
        assert await taken(here, await flow_versions.publish(db, wish)) == "taken"
    finally:
        await db.close()

    _, found = await typed(site, "status")
    assert found["flows"]["differ"]
    _, back = await typed(site, "flow", "rollback", str(live.number))
    assert back["engine"] == "taken"
    _, found = await typed(site, "status")
    assert not found["flows"]["differ"]


async def test_a_customer_gets_a_pin_and_the_record_says_who_gave_it(site: Path) -> None:
    status, told = await typed(site, "customers", "pin", "13900000003", "80001", "--generate")
    assert (status, told["did"]) == (0, "set")
    unknown, refused = await typed(site, "customers", "pin", "110", "80002", "--generate")
    wrong, _ = await typed(site, "customers", "pin", "13900000003", "8", "--generate")
    assert (unknown, wrong) == (1, 2)
    assert "110" in refused["error"]

    db = await connector(Site.load(site).owner_url, within=5.0)()
    try:
        account = await customer_pins.account(db, "80001")
        noted = await db.fetchval("SELECT who FROM audit WHERE object = 'account 80001'")
    finally:
        await db.close()
    assert account is not None
    assert account.customer.tier == "gold"
    assert is_right(told["pin"], account.pin_hash)
    assert noted == getpass.getuser()


async def test_prompts_are_listed_by_what_is_asked_and_published(site: Path) -> None:
    _, everything = await typed(site, "prompts")
    _, missing = await typed(site, "prompts", "--missing")
    _, unused = await typed(site, "prompts", "--unused")
    _, places = await typed(site, "prompts", "--where-used", "welcome")
    both, _ = await typed(site, "prompts", "--missing", "--unused")

    assert len(everything) > 100
    assert missing == []
    assert [line["name"] for line in unused if line["played_in"]] == []
    assert any("flows/hotline.toml" in place for place in places["played_in"])
    assert both == 2  # one of them at a time
    gone = Site.load(site).sounds / "en" / "hotline" / "goodbye.sln"
    gone.unlink()
    _, missing = await typed(site, "prompts", "--missing")
    assert [(line["name"], line["language"]) for line in missing] == [("goodbye", "en")]
    status, told = await typed(site, "prompts", "publish")
    assert (status, told["changed"]) == (0, ["en/goodbye"])
    assert gone.exists()


async def test_a_test_call_does_not_disturb_another(lab: Lab) -> None:
    status, refused = await typed(lab.site.folder, "call", "95001")

    assert status == 1
    assert "another test call" in refused["error"]
    assert refused["next"]


async def test_without_ari_app_status_says_so_and_down_stops_the_rest(site: Path) -> None:
    here = Site.load(site)

    await asyncio.to_thread(Installation(here).engine.stop)
    status, found = await typed(site, "status")
    assert status == 1
    assert [part["name"] for part in found["parts"] if not part["ok"]] == ["ari_app"]

    assert (await typed(site, "down"))[0] == 0
    ports = here.ports
    assert all(is_free(port) for port in (ports.sip, ports.agi, ports.postgres, ports.redis))
    status, refused = await typed(site, "call", "95001")
    assert status == 1
    assert "does not run" in refused["error"]
