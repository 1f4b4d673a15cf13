"""Keeps the distribution's own services down while their packages are installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.setup.commands import Root

MARK = "# Written by hotline's set-up for the time of one installation."
POLICY = f"#!/bin/sh\n{MARK}\nexit 101\n"  # 101: action not allowed (invoke-rc.d policy layer)
NO_CLUSTER = f"{MARK}\ncreate_main_cluster = false\n"


@contextmanager
def services_stay_down(root: Root, top: Path = Path("/")) -> Iterator[None]:
    """Package scripts inside start no service and create no database cluster.

    A policy of the machine's owner stays as it is; one left by a killed set-up is ours to remove.
    Running services are not touched: the policy only answers scripts of packages.
    """
    policy = top / "usr/sbin/policy-rc.d"
    drop_in = top / "etc/postgresql-common/createcluster.d/hotline-setup.conf"
    is_ours = not policy.exists() or MARK in policy.read_text(encoding="utf-8", errors="replace")
    had_folder = drop_in.parent.exists()
    try:
        if is_ours:
            root.write(policy, POLICY, 0o755)
        root.write(drop_in, NO_CLUSTER, 0o644)
        yield
    finally:
        if is_ours:
            root.remove(policy)
        root.remove(drop_in)
        if not had_folder:
            root.remove_folder_if_empty(drop_in.parent)
            root.remove_folder_if_empty(drop_in.parent.parent)
