import socket
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.site.ports import BLOCK, MEDIA, SINGLE, Blocks, free_ports, is_free, rtp_range


@contextmanager
def processes(count: int) -> Iterator[list[Blocks]]:
    """Each has what a process of its own would have, under a name of this test alone."""
    name = f"hotline-test-{uuid.uuid4()}"
    blocks = [Blocks(name) for _ in range(count)]
    yield blocks
    for block in blocks:
        block.give_back()


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        assert not is_free(server.getsockname()[1])


def test_a_port_somebody_receives_datagrams_on_is_not_free() -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as receiver:
        receiver.bind(("127.0.0.1", 0))

        assert not is_free(receiver.getsockname()[1])


def test_a_port_that_was_given_back_is_free() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]

    assert is_free(port)


def test_the_ports_found_are_different_ones_and_free() -> None:
    found = free_ports(20)

    assert len(set(found)) == 20
    assert all(port in SINGLE and is_free(port) for port in found)


def test_what_one_process_was_given_no_other_is_given_before_it_is_bound() -> None:
    with processes(40) as all_of_them:
        given = [port for process in all_of_them for port in process.pick(20)]

    assert len(set(given)) == len(given) == 800


def test_a_process_is_not_given_the_same_port_for_its_next_site() -> None:
    with processes(1) as (process,):
        given = [port for _ in range(5) for port in process.pick(12)]

    assert len(set(given)) == 60


def test_a_process_that_has_ended_leaves_its_block() -> None:
    with processes(len(SINGLE) // BLOCK + 1) as (*others, late):
        for process in others:
            process.pick(1)
        with pytest.raises(Unavailable, match="all 100 blocks are taken"):
            late.pick(1)

        others[0].give_back()

        assert late.pick(1)


def test_more_ports_than_there_are_is_said() -> None:
    with processes(1) as (process,), pytest.raises(Unavailable, match=f"no {BLOCK + 1} ports"):
        process.pick(BLOCK + 1)


def test_no_port_is_one_the_kernel_gives_to_outgoing_connections() -> None:
    assert max(SINGLE) < 32_768
    assert max(MEDIA) + MEDIA.step < 32_768


def test_three_hundred_agents_can_talk_while_a_hundred_callers_wait() -> None:
    start, end = rtp_range()

    assert (end - start + 1) // 2 >= 2 * 300 + 100


def test_media_never_takes_the_port_of_a_server() -> None:
    start, end = rtp_range()

    assert end - start == MEDIA.step - 1
    assert start % 2 == 0
    assert not set(range(start, end + 1)) & set(SINGLE)
