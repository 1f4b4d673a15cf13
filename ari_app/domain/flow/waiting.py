"""Nodes that lead to people: `queue`, `mailbox`, `callback`."""

from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar

import msgspec

from ari_app.domain.flow.node import BaseNode, WayKind


class Queue(BaseNode, frozen=True, kw_only=True, tag="queue"):
    """Waits for an agent and talks. `keys` lead out of the line while waiting.

    `served`: the queue sent the caller on to a mailbox, and the message is taken; as `talked`
    unless it is set. `closed`: as `nobody`, after `closed_prompts`.
    """

    way: ClassVar = WayKind.OTHER_QUEUE

    queue: str
    prompts: tuple[str, ...] = ("please-hold-connecting",)
    busy_prompts: tuple[str, ...] = ("all-agents-busy",)
    comfort_prompts: tuple[str, ...] = ("thank-you-for-waiting",)
    closed_prompts: tuple[str, ...] = ("closed-hours",)
    sent_on_prompts: tuple[str, ...] = ("passing-you-on",)
    keys: dict[str, str] = msgspec.field(default_factory=dict)
    talked: str
    timeout: str
    nobody: str
    closed: str = ""
    served: str = ""

    def exits(self) -> Mapping[str, str]:
        return {
            **self.keys,
            "talked": self.talked,
            "timeout": self.timeout,
            "nobody": self.nobody,
            "closed": self.closed or self.nobody,
            "served": self.served or self.talked,
        }

    def exits_at_once(self) -> Collection[str]:
        return {self.nobody, self.closed or self.nobody}

    def reaches_people(self) -> bool:
        return True

    def prompts_used(self) -> Iterator[str]:
        yield from (*self.prompts, *self.busy_prompts, *self.comfort_prompts)
        yield from (*self.closed_prompts, *self.sent_on_prompts)

    def keys_used(self) -> Collection[str]:
        return self.keys

    def queues_used(self) -> Collection[str]:
        return (self.queue,)


class Mailbox(BaseNode, frozen=True, kw_only=True, tag="mailbox"):
    """Takes a message. Most callers end it by hanging up, so `next` is often not reached."""

    way: ClassVar = WayKind.MAILBOX
    waits: ClassVar = True

    mailbox: str
    prompts: tuple[str, ...] = ("leave-message-after-tone",)
    longest_seconds: float = 120.0
    shortest_seconds: float = 1.0
    next: str

    def exits(self) -> Mapping[str, str]:
        return {"next": self.next}

    def prompts_used(self) -> Iterator[str]:
        yield from (*self.prompts, "message-saved", "message-too-short")

    def mailboxes_used(self) -> Collection[str]:
        return (self.mailbox,)


class Callback(BaseNode, frozen=True, kw_only=True, tag="callback"):
    """Books a call back, to the caller's number or one keyed in: it keeps the place the caller had
    in `queue`. Who declines goes back there and has the place again.

    `asks_when`: as soon as possible, or in which part of the day.
    """

    way: ClassVar = WayKind.CALLBACK
    waits: ClassVar = True

    queue: str
    booked: str
    declined: str
    asks_when: bool = False
    tries: int = 3
    within_seconds: float = 6.0

    def exits(self) -> Mapping[str, str]:
        return {"booked": self.booked, "declined": self.declined}

    def reaches_people(self) -> bool:
        return True

    def queues_used(self) -> Collection[str]:
        return (self.queue,)
