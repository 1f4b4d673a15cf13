"""Whom flows ask about their callers, put together for one site."""

from zoneinfo import ZoneInfo

from ari_app.ports import Clock, Enquiries
from ari_app.store.db import connector
from ari_app.workers.customer_check import CustomerCheck
from ari_app.workers.lookups import Fetch, LookUps
from ari_app.workers.recording_index import Ask


def enquiries_of(ask: Ask, database_url: str, fetch: Fetch, time: tuple[Clock, str]) -> Enquiries:
    """Look-ups have connections of their own: none waits for, or spoils, those of the calls.

    Args:
        time: the clock, and the zone moments are told in.
    """
    clock, zone = time
    lookups = LookUps(connector(database_url, within=2.0), fetch, ZoneInfo(zone))
    return Enquiries(lookups, CustomerCheck(ask, clock))
