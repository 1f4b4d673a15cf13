"""Takes each event to the inboxes that follow one of its ids; the work depends on neither the
number of inboxes nor the number of ids followed."""

import logging
from collections.abc import Callable

from ari_app.ari.events import Event
from ari_app.ari.inbox import Inbox
from ari_app.ari.stats import Stats

log = logging.getLogger(__name__)

Stray = Callable[[Event, str], None]


class Router:
    def __init__(self, stats: Stats) -> None:
        self.stats = stats
        self._inboxes: set[Inbox] = set()
        # Tuples, so that an inbox may come or go while an event is on its way.
        self._followers: dict[str, tuple[Inbox, ...]] = {}

    def inbox(self, name: str, limit: int) -> Inbox:
        inbox = Inbox(name, limit, self)
        self._inboxes.add(inbox)
        return inbox

    def add(self, object_id: str, inbox: Inbox) -> None:
        followers = self._followers.get(object_id, ())
        if inbox not in followers:
            self._followers[object_id] = (*followers, inbox)

    def remove(self, object_id: str, inbox: Inbox) -> None:
        left = tuple(one for one in self._followers.get(object_id, ()) if one is not inbox)
        if left:
            self._followers[object_id] = left
        else:
            self._followers.pop(object_id, None)

    def forget(self, inbox: Inbox) -> None:
        self._inboxes.discard(inbox)

    def route(self, event: Event, app: str, on_stray: Stray) -> None:
        """Each follower gets the event once; one that nobody follows goes to `on_stray`."""
        ids = event.ids()
        if len(ids) == 1:
            followers = self._followers.get(ids[0], ())
        else:
            followers = tuple({one: None for key in ids for one in self._followers.get(key, ())})
        for inbox in followers:
            self._deliver(inbox, event)
        if not followers:
            self._stray(event, app, on_stray)

    def broadcast(self, event: Event) -> None:
        """To every inbox there is."""
        for inbox in tuple(self._inboxes):
            self._deliver(inbox, event)

    def _deliver(self, inbox: Inbox, event: Event) -> None:
        inbox.put(event)
        self.stats.deliveries += 1
        self.stats.inbox_depth_max = max(self.stats.inbox_depth_max, len(inbox))

    def _stray(self, event: Event, app: str, on_stray: Stray) -> None:
        self.stats.strays += 1
        try:
            on_stray(event, app)
        except Exception:  # the reader must outlive whatever an application does with an event
            self.stats.hook_failures += 1
            log.exception("on_stray failed on %s", type(event).__name__)
