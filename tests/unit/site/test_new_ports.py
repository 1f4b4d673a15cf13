import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from ari_app.site.layout import Site
from ari_app.site.new_ports import with_free_ports


@contextmanager
def taken(*ports: int) -> Iterator[None]:
    """Another program listens there, over UDP: enough for a port to be refused."""
    with ExitStack() as stack:
        for port in ports:
            other = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            other.bind(("127.0.0.1", port))
        yield


def test_only_what_is_taken_changes(tmp_path: Path) -> None:
    site = Site.create(tmp_path / "site", ("1001",))

    with taken(site.ports.postgres, site.ports.sip):
        fresh, changed = with_free_ports(site)

    assert changed.keys() == {"postgres", "sip"}
    assert changed["sip"] == (site.ports.sip, fresh.ports.sip)
    assert fresh.ports.postgres != site.ports.postgres
    back = msgspec.structs.replace(fresh.ports, postgres=site.ports.postgres, sip=site.ports.sip)
    assert msgspec.structs.replace(fresh.state, ports=back) == site.state  # passwords, phones


def test_test_calls_keep_finding_their_trunk(tmp_path: Path) -> None:
    site = Site.create(tmp_path / "site", (), ("carrier",))

    with taken(site.state.world_port):
        fresh, changed = with_free_ports(site)

    assert changed.keys() == {"world"}
    assert fresh.trunk("world").port == fresh.state.world_port != site.state.world_port
    assert fresh.trunk("carrier") == site.trunk("carrier")


def test_nothing_is_taken_nothing_changes(tmp_path: Path) -> None:
    site = Site.create(tmp_path / "site", ("1001",))

    fresh, changed = with_free_ports(site)

    assert (fresh.state, changed) == (site.state, {})
