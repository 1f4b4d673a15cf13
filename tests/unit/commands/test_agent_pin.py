import io

import pytest

from ari_app.commands import agent_pin
from ari_app.commands.trouble import NotPossible
from ari_app.domain.pin import objection


def test_a_pin_comes_through_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("4839\n"))

    assert agent_pin.typed() == "4839"


@pytest.mark.parametrize("line", ["", "\n", "1234\n", "secret\n"])
def test_what_is_no_pin_is_refused_with_what_would_help(
    monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(line))

    with pytest.raises(NotPossible) as refused:
        agent_pin.typed()

    assert "--generate" in refused.value.next_step
    assert line.strip() == "" or line.strip() not in str(refused.value)


def test_what_is_made_up_may_be_used_and_is_made_up_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rolls = iter((0, 123_456, 483_920))
    monkeypatch.setattr("secrets.randbelow", lambda _: next(rolls))

    made = agent_pin.made_up()

    assert (made, objection(made)) == ("483920", "")
