"""What Asterisk tells of a ringing phone, lost, doubled or in any order: the truth in the end."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.ari.leg import AriLeg
from ari_app.ari.room import Room
from ari_app.ari.signals import Reconnected
from ari_app.domain.errors import CallerHungUp, NotAnswered
from ari_app.domain.invitation import Invitation
from tests.fakes.ari_server import channel_json, playback_json
from tests.fakes.clock import NOON
from tests.fakes.lane import FakeAri, Reply

GONE: Reply = (404, {"message": "Channel not found"})
UP: Reply = (200, channel_json("c-a1") | {"state": "Up"})
RINGING: Reply = (200, channel_json("c-a1") | {"state": "Ringing"})
RING_SECONDS = 15.0
Told = tuple[str, Mapping[str, Any]]


def of(channel_id: str, type_name: str, **fields: Any) -> Told:
    return type_name, {"channel": channel_json(channel_id), **fields}


def destroyed(channel_id: str, cause: int) -> Sequence[Told]:
    return (
        of(channel_id, "ChannelHangupRequest", cause=cause),
        of(channel_id, "StasisEnd"),
        of(channel_id, "ChannelDestroyed", cause=cause, cause_txt="?"),
    )


@dataclass(frozen=True)
class Phone:
    """What really became of a phone: `told` if nothing is lost, `found` by asking."""

    told: Sequence[Told]
    found: Reply
    cause: int | None = None
    answers: bool = False


PHONES = [
    Phone((of("c-a1", "ChannelStateChange"), of("c-a1", "StasisStart", args=[])), UP, None, True),
    Phone(destroyed("c-a1", 17)[2:], GONE, 17),
    Phone(destroyed("c-a1", 19), GONE, 19),
    Phone((of("c-a1", "ChannelStateChange"),), RINGING),
]


class Call:
    """A caller in a prompt, and a phone that rings for them."""

    def __init__(self, phone: Phone) -> None:
        self.ari = FakeAri()
        self.room = Room(self.ari, "hotline-0", "c")  # type: ignore[arg-type]
        self.caller = self.room.leg("in-1")
        self.ari.the_lane.reply("GET channels/c-a1", phone.found)
        self.tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(self.room.run()),
            asyncio.create_task(self.caller.play(("welcome",), "zh")),
        ]
        self.prompt = self.tasks[1]
        self.ringing = asyncio.create_task(self._ring())
        self.tasks.append(self.ringing)

    async def _ring(self) -> AriLeg:
        invitation = Invitation(
            endpoint="PJSIP/phone",
            caller_id="139",
            seconds=RING_SECONDS,
            originator="in-1",
            variables={},
        )
        return await self.room.ring("c-a1", invitation)

    def caller_is_gone(self) -> None:
        self.ari.the_lane.reply("GET channels/in-1", GONE)

    async def told(self, stream: Sequence[Told]) -> None:
        for type_name, fields in stream:
            self.ari.tell(type_name, **fields)
            await asyncio.sleep(0)

    async def looks_again(self) -> None:
        """As after a new connection."""
        self.ari.router.broadcast(Reconnected(application="hotline-0", timestamp=NOON))
        for _ in range(20):
            await asyncio.sleep(0)

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.room.close()


def mixed(data: st.DataObject, stream: Sequence[Told]) -> list[Told]:
    """Some lost, some twice, in any order."""
    if not stream:
        return []
    which = st.lists(st.sampled_from(range(len(stream))), max_size=2 * len(stream))
    return [stream[index] for index in data.draw(which)]


@given(st.data(), st.sampled_from(PHONES), st.booleans())
async def test_whatever_was_lost_of_it_the_ringing_ends_as_it_really_did(
    data: st.DataObject, phone: Phone, hangs_up: bool
) -> None:
    call = Call(phone)
    await asyncio.sleep(0.1)
    whole = (*phone.told, *(destroyed("in-1", 16) if hangs_up else ()))
    if hangs_up:
        call.caller_is_gone()

    await call.told(mixed(data, whole))
    await call.looks_again()

    try:
        assert call.caller.is_gone is hangs_up
        if phone.answers:
            assert (await call.ringing).id == "c-a1"
        else:
            with pytest.raises(NotAnswered):
                await call.ringing
        if hangs_up:
            with pytest.raises(CallerHungUp):
                await call.prompt
    finally:
        await call.close()


@given(st.data(), st.sampled_from([phone for phone in PHONES if phone.cause]))
async def test_who_heard_the_cause_once_knows_it_whatever_came_before_or_after(
    data: st.DataObject, phone: Phone
) -> None:
    call = Call(phone)
    await asyncio.sleep(0.1)

    stream = [phone.told[-1], *mixed(data, phone.told)]
    await call.told(data.draw(st.permutations(stream)))

    try:
        with pytest.raises(NotAnswered) as answer:
            await call.ringing
        assert answer.value.cause == phone.cause
    finally:
        await call.close()


@given(st.data())
async def test_a_prompt_ends_though_its_last_word_is_lost_or_comes_twice(
    data: st.DataObject,
) -> None:
    call = Call(PHONES[-1])
    await asyncio.sleep(0.1)
    over: Told = ("PlaybackFinished", {"playback": playback_json("in-1-p1", "channel:in-1")})
    other: Told = ("PlaybackFinished", {"playback": playback_json("in-1-p9", "channel:in-1")})
    call.ari.the_lane.reply("GET playbacks/in-1-p1", GONE)

    await call.told(mixed(data, [over, other]))
    await call.looks_again()

    try:
        await call.prompt
    finally:
        await call.close()
