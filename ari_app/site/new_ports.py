"""Other ports for a site, where another program has taken some of its own."""

import msgspec

from ari_app.site import ports
from ari_app.site.layout import Ports, Site

SINGLE = tuple(name for name in Ports.__struct_fields__ if not name.startswith("rtp_"))
WORLD = "world"


def with_free_ports(site: Site, host: str = "127.0.0.1") -> tuple[Site, dict[str, tuple[int, int]]]:
    """For a site of which nothing runs: else its own ports would count as taken.

    What is free stays, passwords and phones too. The new site is not saved.

    Args:
        host: the address SIP listens on.

    Returns:
        The site, and for each port that changed: before, after.
    """
    now = {name: getattr(site.ports, name) for name in SINGLE} | {WORLD: site.state.world_port}
    taken = [name for name, port in now.items() if not _is_free(name, port, host)]
    fresh: dict[str, int] = {}
    while len(fresh) < len(taken):
        (port,) = ports.free_ports(1)
        name = taken[len(fresh)]
        if port not in {*now.values(), *fresh.values()} and _is_free(name, port, host):
            fresh[name] = port
    world = fresh.pop(WORLD, site.state.world_port)
    trunks = tuple(
        msgspec.structs.replace(trunk, port=world) if trunk.name == WORLD else trunk
        for trunk in site.state.trunks
    )
    state = msgspec.structs.replace(
        site.state,
        ports=msgspec.structs.replace(site.ports, **fresh),
        world_port=world,
        trunks=trunks,
    )
    after = {**now, **fresh, WORLD: world}
    return Site(site.folder, state), {name: (now[name], after[name]) for name in taken}


def _is_free(name: str, port: int, host: str) -> bool:
    return ports.is_free(port, host if name == "sip" else "127.0.0.1")
