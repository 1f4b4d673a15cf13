import pytest

from watchdog.stranded import Forged, Patience, Seen, read_channel

STATUS = {
    "Event": "Status",
    "Channel": "PJSIP/world-00000001",
    "Uniqueid": "node1-1.1",
    "BridgeID": "",
    "Application": "Stasis",
    "Data": "hotline-1,call,6f2c,1795330597.123",
    "Variable": ["GROUP(call)=new", "CC_CALL=6f2c"],
}


def seen(key: str = "a", *, taken: bool = False, bridged: bool = False, call: bool = True) -> Seen:
    return Seen(f"PJSIP/{key}", key, call, taken, bridged)


def test_a_call_nobody_took_is_stranded_once_its_patience_is_over() -> None:
    patience = Patience(6.0)

    assert patience.stranded([seen()], 100.0) == []
    assert patience.stranded([seen()], 105.9) == []
    assert patience.stranded([seen()], 106.0) == [seen()]


@pytest.mark.parametrize("left_alone", [seen(taken=True), seen(bridged=True), seen(call=False)])
def test_who_was_taken_or_talks_or_is_no_call_is_left_alone(left_alone: Seen) -> None:
    patience = Patience(6.0)
    patience.stranded([left_alone], 100.0)

    assert patience.stranded([left_alone], 900.0) == []
    assert patience.waiting == 0


def test_a_call_taken_late_starts_from_nothing_if_it_is_ever_given_back() -> None:
    patience = Patience(6.0)
    patience.stranded([seen()], 100.0)
    patience.stranded([seen(taken=True)], 104.0)

    assert patience.stranded([seen()], 107.0) == []


def test_who_could_not_be_rescued_does_not_hold_up_the_others() -> None:
    patience = Patience(6.0)
    both = [seen("stuck"), seen("fresh")]
    patience.stranded([seen("stuck")], 100.0)
    patience.stranded(both, 101.0)
    patience.tried(seen("stuck"))

    assert patience.stranded(both, 110.0) == [seen("fresh"), seen("stuck")]


def test_channels_that_are_gone_are_forgotten() -> None:
    patience = Patience(6.0)
    patience.stranded([seen(str(number)) for number in range(1000)], 100.0)
    patience.stranded([], 101.0)

    assert patience.waiting == 0


def test_a_call_in_stasis_is_read_from_a_status_event() -> None:
    channel = read_channel(STATUS)

    assert channel == Seen("PJSIP/world-00000001", "node1-1.1", True, call_id="6f2c")


@pytest.mark.parametrize(
    "changed",
    [
        {"Application": "Playback"},
        {"Data": "hotline-1,feature,login"},
        {"Data": "other,call,1"},
        {"Data": "hotline-1,callback,1"},
        {"Data": ""},
    ],
)
def test_only_calls_in_our_applications_count(changed: dict[str, str]) -> None:
    assert not read_channel({**STATUS, **changed}).is_call


def test_an_acknowledged_call_in_a_bridge_is_read_as_such() -> None:
    channel = read_channel({**STATUS, "BridgeID": "6f2c-talk", "Variable": "GROUP(call)=taken"})

    assert channel.acknowledged
    assert channel.bridged


@pytest.mark.parametrize("header", ["Channel", "Uniqueid", "Application", "Data"])
def test_a_header_that_came_twice_is_not_believed(header: str) -> None:
    with pytest.raises(Forged):
        read_channel({**STATUS, header: ["PJSIP/world-00000001", "PJSIP/agent-00000002"]})


def test_an_event_without_a_channel_is_not_believed() -> None:
    with pytest.raises(Forged):
        read_channel({"Event": "Status"})
