"""A typed asyncio client of the Asterisk REST Interface; README.md shows it at work."""

from ari_app.ari.client import Ari, Lane
from ari_app.ari.errors import AriRefused, AriUnavailable, InboxClosed, InboxOverflow
from ari_app.ari.hooks import Hooks
from ari_app.ari.inbox import Inbox
from ari_app.ari.options import Options
from ari_app.ari.signals import Reconnected, UnknownEvent
from ari_app.ari.stats import Stats

__all__ = [
    "Ari",
    "AriRefused",
    "AriUnavailable",
    "Hooks",
    "Inbox",
    "InboxClosed",
    "InboxOverflow",
    "Lane",
    "Options",
    "Reconnected",
    "Stats",
    "UnknownEvent",
]
