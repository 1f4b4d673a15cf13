import socket
from collections.abc import Iterator

import pytest

from ari_app.workers.supervised import ALIVE, READY, notifier

NAME = "@hotline-test-supervised"


@pytest.fixture
def supervisor() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(NAME.replace("@", "\0"))
        ear.settimeout(5)
        yield ear


def test_the_supervisor_is_told(supervisor: socket.socket) -> None:
    notify = notifier({"NOTIFY_SOCKET": NAME})
    notify(READY)
    notify(ALIVE)

    assert [supervisor.recv(64), supervisor.recv(64)] == [b"READY=1", b"WATCHDOG=1"]


@pytest.mark.parametrize("address", ["", "@nobody-listens-here", "/nowhere/notify", "relative"])
def test_nobody_listening_is_no_trouble(address: str) -> None:
    notifier({"NOTIFY_SOCKET": address})(ALIVE)


def test_a_supervisor_that_does_not_read_is_not_waited_for(supervisor: socket.socket) -> None:
    notify = notifier({"NOTIFY_SOCKET": NAME})

    for _ in range(2000):
        notify(ALIVE)
