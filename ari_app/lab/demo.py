"""`make demo`: three calls at once, then one whose engine dies; heard, recorded and verified."""

import asyncio
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table

from ari_app.domain.errors import HotlineError
from ari_app.lab.evidence import Evidence
from ari_app.lab.lab import Lab, open_folder, soon, until
from ari_app.lab.party import Party
from ari_app.site.installation import Progress
from ari_app.store.calls import timeline
from ari_app.store.db import Connection

NUMBER = "95001"
console = Console(highlight=False)

# Everybody holds a tone of their own, so who was heard where can be told.
CHINESE_CALLER, CHINESE_AGENT = 440, 620
EARLIER_CALLER, ENGLISH_CALLER, ENGLISH_AGENT = 523, 740, 880
MESSAGE_CALLER = 1200
SURVIVING_CALLER, SURVIVING_AGENT = 440, 620
TALK_SECONDS = 3.0
MESSAGE_SECONDS = 2.5
SLICE_SECONDS = 2.0  # of the conversation, with the engine dead and with the new one


@dataclass(frozen=True, slots=True)
class Story:
    """One caller's visit: who, what the record must say."""

    title: str
    caller: str
    language: str
    outcome: str
    agent: int | None
    tones: tuple[int, int] | None


CHINESE = Story(
    "in Chinese, to the one agent with the skill",
    "13900000001", "zh", "talked", 1002, (CHINESE_CALLER, CHINESE_AGENT),
)  # fmt: skip
ENGLISH = Story(
    "in English, everybody busy at first",
    "13900000002", "en", "talked", 1003, (ENGLISH_CALLER, ENGLISH_AGENT),
)  # fmt: skip
MESSAGE = Story("leaves a message", "13900000003", "zh", "left_message", None, None)
EARLIER = "13900000004"  # keeps the English-speaking agent busy
SURVIVING = Story(
    "whose engine is killed and started again in mid-call",
    "13900000005", "zh", "talked", 1001, (SURVIVING_CALLER, SURVIVING_AGENT),
)  # fmt: skip
STORIES = (CHINESE, ENGLISH, MESSAGE, SURVIVING)


class Demo:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.evidence = {story.caller: Evidence() for story in STORIES}

    async def run(self) -> bool:
        await self.lab.login("1001", "1002", "1003")
        busy = await self._occupy_the_english_agent()
        async with asyncio.TaskGroup() as group:
            for call in (self._chinese(), self._english(busy), self._message()):
                group.create_task(call)
        await self._surviving()
        async with self.lab.database() as db:
            for story in STORIES:
                await self._verify(db, story)
        return all(evidence.ok for evidence in self.evidence.values())

    # ---- the calls ----

    async def _occupy_the_english_agent(self) -> Party:
        agent = self.lab.answering("1003", ENGLISH_AGENT, after=0.2)
        caller = await self._arrive(EARLIER, "2", EARLIER_CALLER)
        await caller.press("1")
        await soon(agent, 15, f"1003 answers; {EARLIER} heard {caller.ear.heard}")
        return caller

    async def _chinese(self) -> None:
        evidence = self.evidence[CHINESE.caller]
        answered = self.lab.answering("1002", CHINESE_AGENT)
        caller = await self._arrive(CHINESE.caller, "1", CHINESE_CALLER)
        await caller.press("2")
        agent = await self._talk(caller, answered, CHINESE_AGENT)
        await caller.hang_up()
        await agent.until_gone(5)
        prompts = ("zh/welcome", "zh/main-menu", "zh/please-hold-connecting")
        evidence.heard("the caller", caller, *prompts)
        evidence.heard_tone("the caller", caller, CHINESE_AGENT)
        evidence.heard_tone("the agent", agent, CHINESE_CALLER)
        evidence.check("agent 1002 answered", agent.name == "1002", agent.name)

    async def _english(self, busy: Party) -> None:
        evidence = self.evidence[ENGLISH.caller]
        caller = await self._arrive(ENGLISH.caller, "2", ENGLISH_CALLER)
        await caller.press("1")
        await caller.until_heard("music", within=15)
        await caller.until_heard("en/all-agents-busy", within=15)
        await caller.until_heard("en/in-the-queue", within=15)
        answered = self.lab.answering("1003", ENGLISH_AGENT)
        await busy.hang_up()
        agent = await self._talk(caller, answered, ENGLISH_AGENT)
        await agent.hang_up()
        await _rate(caller, "en")
        evidence.heard(
            "the caller", caller, "en/main-menu", "en/please-hold-connecting", "music",
            "en/all-agents-busy", "en/in-the-queue", f"tone {ENGLISH_AGENT}", "en/survey-intro",
            "en/goodbye",
        )  # fmt: skip
        evidence.heard_tone("the caller", caller, ENGLISH_AGENT)
        evidence.heard_tone("the agent", agent, ENGLISH_CALLER)

    async def _message(self) -> None:
        evidence = self.evidence[MESSAGE.caller]
        caller = await self._arrive(MESSAGE.caller, "1", None)
        await caller.press("3")
        await caller.until_heard("beep", within=15)
        caller.talk(MESSAGE_CALLER)
        await asyncio.sleep(MESSAGE_SECONDS)
        caller.mouth.hush()
        await caller.press("#")
        await caller.until_gone(15)
        evidence.heard(
            "the caller", caller, "zh/welcome", "zh/main-menu", "zh/leave-message-after-tone",
            "beep", "zh/message-saved", "zh/goodbye",
        )  # fmt: skip

    async def _surviving(self) -> None:
        """Nobody in this conversation notices that the engine dies and comes back."""
        evidence, installation = self.evidence[SURVIVING.caller], self.lab.installation
        answered = self.lab.answering("1001", SURVIVING_AGENT)
        caller = await self._arrive(SURVIVING.caller, "1", SURVIVING_CALLER)
        await caller.press("1")
        agent = await self._talk(caller, answered, SURVIVING_AGENT)
        console.print("the engine is killed in mid-call ...")
        await asyncio.to_thread(installation.engine.kill)
        evidence.check("the talk goes on while the engine is dead", *await _talking(caller, agent))
        started = time.monotonic()
        await installation.start_engine()
        console.print(f"... and is back after {time.monotonic() - started:.1f} s")
        evidence.check("and with the new engine", *await _talking(caller, agent))
        await agent.hang_up()
        await _rate(caller, "zh")
        evidence.heard("the caller", caller, f"tone {SURVIVING_AGENT}", "zh/goodbye")

    async def _arrive(self, number: str, language_key: str, tone: int | None) -> Party:
        """Dials in, chooses the language, waits for the menu."""
        caller = await self.lab.world.dial(NUMBER, caller=number)
        await caller.until_heard("zh/welcome", within=10)
        await caller.press(language_key)
        await caller.until_heard("zh/main-menu", "en/main-menu", within=20)
        if tone is not None:
            caller.talk(tone)
        return caller

    async def _talk(self, caller: Party, answered: "asyncio.Future[Party]", hz: int) -> Party:
        """Until the caller has heard the agent for a while."""
        agent = await soon(answered, 20, "an agent answers")

        async def heard_enough() -> bool:
            return caller.ear.seconds(f"tone {hz}") >= TALK_SECONDS

        await until(heard_enough, 25, f"{TALK_SECONDS:g} s of the agent's {hz} Hz")
        return agent

    # ---- what they left behind ----

    async def _verify(self, db: Connection, story: Story) -> None:
        evidence = self.evidence[story.caller]
        call_id = await self._ended(db, story)
        row = dict(await db.fetchrow("SELECT * FROM v_call WHERE call_id = $1", call_id) or {})
        for name in ("outcome", "language"):
            wanted = getattr(story, name)
            evidence.check(f"the record says {name} {wanted}", row[name] == wanted, row[name])
        if story.agent and story.tones:
            await self._verify_talk(db, story, call_id)
        else:
            await self._verify_message(db, evidence, call_id)
        await self._show(db, story, call_id)

    async def _ended(self, db: Connection, story: Story) -> UUID:
        """The call of this caller, once it is closed and its recording looked at."""

        async def closed() -> Any:
            return await db.fetchval(
                "SELECT c.call_id FROM call c JOIN recording r USING (call_id)"
                " WHERE c.caller = $1 AND c.ended_at IS NOT NULL",
                story.caller,
            )

        await until(closed, 15, f"record and recording of {story.caller}")
        call_id: UUID = await closed()
        return call_id

    async def _verify_talk(self, db: Connection, story: Story, call_id: UUID) -> None:
        evidence = self.evidence[story.caller]
        offer = await db.fetchrow(
            "SELECT agent_id, result, why FROM offer WHERE call_id = $1 ORDER BY made_at DESC",
            call_id,
        )
        agent = offer and offer["agent_id"]
        evidence.check(f"the offer went to {story.agent}", agent == story.agent, agent)
        evidence.check("and says why", offer and "considered" in offer["why"], offer)
        visit = await db.fetchval("SELECT result FROM queue_visit WHERE call_id = $1", call_id)
        evidence.check("the queue visit ended answered", visit == "answered", visit)
        left, right = story.tones or (0, 0)
        archive = self.lab.site.recordings / "archive"
        await evidence.recording(db, archive, call_id, left=left, right=right)

    async def _verify_message(self, db: Connection, evidence: Evidence, call_id: UUID) -> None:
        async def filed() -> Any:
            return await db.fetchrow(
                "SELECT path, seconds FROM message WHERE call_id = $1 AND path IS NOT NULL", call_id
            )

        await until(filed, 15, "the message's file")
        row = await filed()
        evidence.check("the message is long enough", row["seconds"] > 2, row["seconds"])  # noqa: PLR2004
        evidence.message(self.lab.site.recordings / "archive" / row["path"], MESSAGE_CALLER)

    async def _show(self, db: Connection, story: Story, call_id: UUID) -> None:
        moments = await timeline(db, call_id)
        table = Table(title=f"{story.caller} {story.title} ({call_id})", title_justify="left")
        for heading in ("s", "what", "agent", "detail"):
            table.add_column(heading, overflow="fold")
        for moment in moments:
            since = (moment.at - moments[0].at).total_seconds()
            detail = ", ".join(
                f"{key} {value}" for key, value in moment.detail.items() if key != "why"
            )
            table.add_row(f"{since:.2f}", moment.what, str(moment.agent_id or ""), detail)
        console.print(table)
        for sentence, holds, seen in self.evidence[story.caller].checks:
            console.print(f"  {'[green]✓' if holds else '[red]✗'}[/] {sentence} {seen}")


async def _rate(caller: Party, language: str) -> None:
    """Answers the survey, and hears the goodbye."""
    await caller.until_heard(f"{language}/survey-intro", within=10)
    await caller.press("555")
    await caller.until_gone(20)


async def _talking(caller: Party, agent: Party) -> tuple[bool, str]:
    """Does each hear the other through the whole of the next slice? What was seen."""
    ears = ((caller.ear, f"tone {SURVIVING_AGENT}"), (agent.ear, f"tone {SURVIVING_CALLER}"))
    before = [ear.seconds(tone) for ear, tone in ears]
    await asyncio.sleep(SLICE_SECONDS)
    heard = [ear.seconds(tone) - was for (ear, tone), was in zip(ears, before, strict=True)]
    seen = " and ".join(f"{seconds:.1f} s" for seconds in heard)
    return min(heard) > SLICE_SECONDS - 0.4, f"{seen} of {SLICE_SECONDS:g} s"


async def _attempt(folder: Path, say: Progress, started: float) -> bool:
    try:
        async with Lab.open(folder, say) as lab:
            console.print(f"{time.monotonic() - started:5.1f} s  three calls at once")
            return await Demo(lab).run()
    except* (HotlineError, TimeoutError) as group:
        for error in leaves(group):
            console.print(f"[red]✗[/] {str(error) or type(error).__name__}")
    return False


def leaves(group: BaseExceptionGroup) -> Iterator[BaseException]:
    """The errors themselves, out of all groups they are in."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from leaves(error)
        else:
            yield error


async def main() -> int:
    started = time.monotonic()

    def say(part: str) -> None:
        console.print(f"{time.monotonic() - started:5.1f} s  starting {part}")

    with open_folder() as folder:
        ok = await _attempt(folder / "site", say, started)
    seconds = time.monotonic() - started
    verdict = "[green]all of it verified" if ok else "[red]not all of it could be verified"
    console.print(f"\n{verdict}[/] in {seconds:.0f} s")
    console.print("Look further: `hotline up`, `hotline call 95001 --keys 1,1`, `hotline calls`")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
