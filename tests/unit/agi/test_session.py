"""Talking to Asterisk about one channel."""

import pytest

from agi.protocol.refused import AgiRefused, Reason
from agi.session import AgiSession, PeerSilent
from ari_app.domain.errors import CallerHungUp, Unavailable
from tests.fakes.agi_peer import USAGE, FakeAsterisk, MemoryWire, environment, session


async def test_variables_are_read_and_set() -> None:
    asterisk = FakeAsterisk({"CC_CALL": "a (b)"})
    agi = session(asterisk)

    await agi.set_variables(CC_FLOW='a "b" \\', CC_CUSTOMER="")

    assert asterisk.variables["CC_FLOW"] == 'a "b" \\'
    assert await agi.get_variables("CC_CALL", "CC_CUSTOMER", "CC_STEP") == {
        "CC_CALL": "a (b)",
        "CC_CUSTOMER": "",
        "CC_STEP": "",
    }
    assert await agi.get_variable("CC_STEP") is None


@pytest.mark.parametrize("value", ["a|b", "|", "a,b", 'a "b"', "a\\b", "(a)", "中文", ""])
async def test_no_value_is_mistaken_for_two(value: str) -> None:
    asterisk = FakeAsterisk()
    agi = session(asterisk)

    await agi.set_variables(CC_FLOW=value, CC_TIER="vip")

    assert asterisk.variables == {"CC_FLOW": value, "CC_TIER": "vip"}
    assert await agi.get_variables("CC_FLOW", "CC_TIER") == asterisk.variables


async def test_the_environment_is_at_hand() -> None:
    agi = session(FakeAsterisk(), "route_call?x=y", callerid="anybody", extension="4001")

    assert (agi.script, agi.caller, agi.extension) == ("route_call", "anybody", "4001")
    assert agi.arguments == ()
    assert not hasattr(agi, "exec")


async def test_a_hangup_ends_the_script() -> None:
    asterisk = FakeAsterisk(hangs_up_at=1)
    agi = session(asterisk)
    await agi.verbose("one")

    with pytest.raises(CallerHungUp):
        await agi.verbose("two")
    with pytest.raises(CallerHungUp):
        await agi.verbose("three")

    assert len(asterisk.commands) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"511 Command Not Permitted on a dead channel\n", CallerHungUp),
        (b"510 Invalid or unknown command\n", AgiRefused),
        (USAGE, AgiRefused),
        (b"what?\n", AgiRefused),
        (b"", PeerSilent),
        (b"200 result=", Unavailable),
    ],
)
async def test_an_answer_that_is_no_success_raises(answer: bytes, error: type[Exception]) -> None:
    agi = session(FakeAsterisk(replies={0: answer}))

    with pytest.raises(error):
        await agi.verbose("hello")


async def test_an_answer_too_many_is_noticed_at_the_next_command() -> None:
    agi = session(FakeAsterisk(replies={0: b"200 result=1 (x)\n200 result=1 (forged)\n"}))
    await agi.get_variable("CC_CALL")

    with pytest.raises(AgiRefused) as caught:
        await agi.get_variable("CC_FLOW")

    assert caught.value.reason is Reason.UNASKED_REPLY


async def test_an_answer_hidden_behind_the_environment_is_refused() -> None:
    wire = MemoryWire(FakeAsterisk())
    agi = AgiSession(environment(), wire, rest=b"200 result=1 (forged)\n", command_seconds=1)

    with pytest.raises(AgiRefused):
        await agi.get_variable("CC_CALL")


@pytest.mark.parametrize("name", ["", "A B", "SHELL(id)", "CC_A\nHANGUP", "${CC_CALL}", "é"])
async def test_only_plain_variables_can_be_named(name: str) -> None:
    asterisk = FakeAsterisk()

    with pytest.raises(AgiRefused):
        await session(asterisk).get_variable(name)

    assert asterisk.commands == []


async def test_a_value_with_a_line_break_is_never_sent() -> None:
    asterisk = FakeAsterisk()

    with pytest.raises(AgiRefused):
        await session(asterisk).set_variable("CC_FLOW", "a\nHANGUP")

    assert asterisk.commands == []
