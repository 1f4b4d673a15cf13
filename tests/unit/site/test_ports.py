import socket
from contextlib import closing

from ari_app.site.ports import MEDIA, SINGLE, free_ports, is_free, rtp_range


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
