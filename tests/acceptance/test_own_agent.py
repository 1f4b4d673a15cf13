"""One agent rather than any other, and who is first in line, on real phones."""

import pytest

from ari_app.lab.lab import soon
from ari_app.lab.party import Party
from tests.lab.hotline import Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")

VIP = "13900000001"  # of the sample customers
CALLERS = ("tone 880", "tone 1200", "tone 1400")


async def waits(hotline: Hotline, hertz: int, caller: str | None = None) -> Party:
    """A caller who waits for an agent, and will be known by the tone."""
    party = await hotline.arrive("11", caller=caller)
    await party.until_heard("zh/please-hold-connecting", within=20)
    party.talk(hertz)
    return party


async def served(hotline: Hotline, talking: Party, callers: int) -> list[str]:
    """The tones of the next callers, in the order in which agent 1001 talks with them."""
    order = []
    for _ in range(callers):
        following = hotline.answering("1001", 620)
        await talking.hang_up()
        talking = await soon(following, 20, "agent 1001 answers the next")
        order.append((await talking.until_heard(*CALLERS, within=10)).what)
    return order


async def test_who_was_cut_off_while_waiting_has_the_old_place_and_a_vip_comes_before(
    hotline: Hotline,
) -> None:
    _, talking = await hotline.in_talk("1001")
    lost = await waits(hotline, 1200)
    second = await waits(hotline, 1400)
    await lost.cut_off()
    await hotline.record_of(lost)
    back = await hotline.arrive("11", caller=lost.name)
    await back.until_heard("zh/welcome-back-keep-place", within=20)
    back.talk(1200)
    vip = await waits(hotline, 880, VIP)

    assert await served(hotline, talking, 3) == [*CALLERS]

    await hotline.hang_up(vip, back, second)
    visits = await hotline.row(
        "SELECT count(DISTINCT place_since) AS places, max(kept_by) AS kept_by,"
        "       min(end_reason) FILTER (WHERE kept_by IS NULL) AS ended"
        "  FROM v_queue_visit JOIN v_call USING (call_id) WHERE caller = $1",
        lost.name,
    )
    assert visits == {"places": 1, "kept_by": "cut_off", "ended": "trunk_lost"}


async def test_the_own_agent_the_one_of_a_talk_that_was_cut_off_and_the_last_one(
    hotline: Hotline,
) -> None:
    """Agent 1004, who answers nobody here, has been idle longer each time."""
    own = "UPDATE customer SET preferred_agent = {} FROM customer_phone p"
    mine = f" WHERE p.customer_id = customer.id AND p.number = '{VIP}'"
    last = "UPDATE queue SET last_agent_seconds = {}"
    async with hotline.changed(own.format(1001) + mine, own.format("NULL") + mine, is_kept=False):
        await hotline.login("1004")
        assert await who_is_reached(hotline) == "preferred"
        assert await who_is_reached(hotline, is_cut_off=False) == "cut_off"
    async with hotline.changed(last.format(20), last.format(0)):
        assert await who_is_reached(hotline, is_cut_off=False) == "last"


async def who_is_reached(hotline: Hotline, *, is_cut_off: bool = True) -> str:
    """The wish by which agent 1001 was taken; the call is cut off then, or hung up."""
    caller, _ = await hotline.in_talk("1001", number=VIP)
    await (caller.cut_off() if is_cut_off else caller.hang_up())
    record = await hotline.record_of(caller)
    await hotline.until_state("1001", "ready")
    return str((await hotline.why_of(record["call_id"]))["wish"])
