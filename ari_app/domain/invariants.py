"""What must always be true, said so that a broken promise can be named: I1 to I8.

I1 each call Asterisk took has one record, and each record such a call
I2 each record ends: none is open for a channel that is gone
I3 each ended call has a recording that is whole, or the reason why not
I4 no agent is stuck: reserved has a live offer, talking a live leg, wrap-up an end
I5 no caller is stranded: always in exactly one of flow, queue, talk, mailbox, fallback
I6 no call is with two agents at once, no agent has two offers
I7 nothing is dialled out without a record made before, and nothing twice
I8 the sums of Asterisk's event log and of our tables agree
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Invariant(StrEnum):
    I1 = "I1"
    I2 = "I2"
    I3 = "I3"
    I4 = "I4"
    I5 = "I5"
    I6 = "I6"
    I7 = "I7"
    I8 = "I8"


class _Words(NamedTuple):
    invariant: Invariant
    zh: str
    en: str


class Problem(StrEnum):
    """How an invariant can be broken."""

    NO_RECORD = "no_record"
    TWO_RECORDS = "two_records"
    NO_WITNESS = "no_witness"
    LOG_NOT_READ = "log_not_read"
    CHANNEL_GONE = "channel_gone"
    LEG_GONE = "leg_gone"
    NO_RECORDING = "no_recording"
    FILE_MISSING = "file_missing"
    FILE_DIFFERS = "file_differs"
    FILE_NOT_INDEXED = "file_not_indexed"
    SIDE_SILENT = "side_silent"
    NO_OFFER = "no_offer"
    OFFER_OVERDUE = "offer_overdue"
    NOBODY_TO_TALK_TO = "nobody_to_talk_to"
    WRAP_UP_OVERDUE = "wrap_up_overdue"
    NOWHERE = "nowhere"
    NOT_IN_QUEUE = "not_in_queue"
    IN_TWO_QUEUES = "in_two_queues"
    NO_AGENT = "no_agent"
    CALL_OFFERED_TWICE = "call_offered_twice"
    AGENT_OFFERED_TWICE = "agent_offered_twice"
    DIALLED_UNASKED = "dialled_unasked"
    COUNTED_DIFFERENTLY = "counted_differently"
    NO_OUTCOME = "no_outcome"


P, I = Problem, Invariant  # noqa: E741 - the table below is read, not the letter
WORDS: Mapping[Problem, _Words] = MappingProxyType(
    {
        P.NO_RECORD: _Words(
            I.I1,
            "Asterisk 接过这通来话, 但没有记录",
            "Asterisk took this call, but it has no record",
        ),
        P.TWO_RECORDS: _Words(
            I.I1, "同一通来话有 {count} 条记录", "this call has {count} records instead of one"
        ),
        P.NO_WITNESS: _Words(
            I.I1,
            "有记录, 但 Asterisk 的事件日志里没有这通来话",
            "there is a record, but Asterisk's event log knows no such call",
        ),
        P.LOG_NOT_READ: _Words(
            I.I1,
            "Asterisk 的事件日志没有读到最新, 无法核对",
            "Asterisk's event log is not being read, so nothing can be compared with it",
        ),
        P.CHANNEL_GONE: _Words(
            I.I2,
            "记录仍未结束, 但主叫通道 {channel} 已不存在",
            "the record is open, but the caller's channel {channel} is gone",
        ),
        P.LEG_GONE: _Words(
            I.I2,
            "通话段 {channel} 仍未结束, 但通道已不存在",
            "the leg {channel} is open, but its channel is gone",
        ),
        P.NO_RECORDING: _Words(
            I.I3,
            "通话已结束, 但没有录音, 也没有说明原因",
            "the call ended, but there is neither a recording nor a reason why not",
        ),
        P.FILE_MISSING: _Words(
            I.I3, "索引里的文件 {path} 不存在", "the indexed file {path} is not there"
        ),
        P.FILE_DIFFERS: _Words(
            I.I3,
            "文件 {path} 与索引不符 ({what})",
            "the file {path} is not what was indexed ({what})",
        ),
        P.FILE_NOT_INDEXED: _Words(
            I.I3, "文件 {path} 没有进入索引", "the file {path} is in no index"
        ),
        P.SIDE_SILENT: _Words(
            I.I3,
            "通话 {talk} 秒, 录音中 {side} 一侧没有声音",
            "in a talk of {talk} s nothing was recorded on the side of the {side}",
        ),
        P.NO_OFFER: _Words(
            I.I4, "坐席处于振铃状态, 但没有派话", "the agent is reserved, but has no live offer"
        ),
        P.OFFER_OVERDUE: _Words(
            I.I4,
            "派话已过期限, 坐席仍处于振铃状态",
            "the agent's offer is past its deadline and has not ended",
        ),
        P.NOBODY_TO_TALK_TO: _Words(
            I.I4,
            "坐席处于通话中, 但没有通话通道",
            "the agent is talking, but has no live channel in the call",
        ),
        P.WRAP_UP_OVERDUE: _Words(
            I.I4,
            "话后处理没有结束时间, 或已超时",
            "the agent's wrap-up has no end, or is past it",
        ),
        P.NOWHERE: _Words(
            I.I5,
            "来话在线, 但不在任何流程、队列或应急流程中",
            "the caller is on the line, but in no flow, queue, talk, mailbox or fallback",
        ),
        P.NOT_IN_QUEUE: _Words(
            I.I5, "来话应在排队, 但没有排队记录", "the caller should be queued, but is in no queue"
        ),
        P.IN_TWO_QUEUES: _Words(
            I.I5, "来话同时在 {count} 个队列中", "the caller is in {count} queues at once"
        ),
        P.NO_AGENT: _Words(
            I.I5,
            "来话应在通话, 但坐席通道 {channel} 已不存在",
            "the caller should be talking, but the agent's channel {channel} is gone",
        ),
        P.CALL_OFFERED_TWICE: _Words(
            I.I6,
            "同时派给坐席 {first} 和 {second}",
            "offered to agents {first} and {second} at the same time",
        ),
        P.AGENT_OFFERED_TWICE: _Words(
            I.I6, "坐席同时有两个派话", "the agent had two live offers at the same time"
        ),
        P.DIALLED_UNASKED: _Words(
            I.I7,
            "通道 {channel} 向外拨号, 但事先没有外呼记录",
            "the channel {channel} dialled out, but no attempt was recorded before",
        ),
        P.COUNTED_DIFFERENTLY: _Words(
            I.I8,
            "事件日志计为 {log}, 数据表计为 {table} ({sums})",
            "the event log counts it as {log}, the tables as {table} ({sums})",
        ),
        P.NO_OUTCOME: _Words(
            I.I8, "通话已结束, 但没有结果", "the call ended without an outcome, so no sum counts it"
        ),
    }
)

# How long a finding must last before it counts: the time our parts need to write what happened.
GRACE: Mapping[Invariant, timedelta] = MappingProxyType(
    {
        I.I1: timedelta(seconds=30),
        I.I2: timedelta(seconds=10),
        I.I3: timedelta(seconds=60),
        I.I4: timedelta(seconds=10),
        I.I5: timedelta(seconds=10),
        I.I6: timedelta(0),
        I.I7: timedelta(seconds=5),
        I.I8: timedelta(seconds=30),
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise. `subject` names the call, agent or file; `since` is when it began to be
    broken, None when only looking again can tell how long it lasts."""

    problem: Problem
    subject: str
    since: datetime | None = None
    values: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def invariant(self) -> Invariant:
        return WORDS[self.problem].invariant

    @property
    def key(self) -> tuple[Problem, str]:
        return self.problem, self.subject

    def sentence(self, language: str) -> str:
        """Args: language: zh or en."""
        words = WORDS[self.problem]
        return (words.zh if language == "zh" else words.en).format(**self.values)


@dataclass(frozen=True, slots=True)
class Change:
    """Findings that count from now on, and those that no longer do."""

    appeared: tuple[Finding, ...]
    cleared: tuple[Finding, ...]


class Watch:
    """Remembers since when each finding lasts. What has not lasted its grace is only young.

    While a source is away its writers wait, too: the grace begins afresh afterwards.
    """

    def __init__(self) -> None:
        self._looked: frozenset[Invariant] = frozenset(Invariant)
        self._back: dict[Invariant, datetime] = {}
        self._since: dict[tuple[Problem, str], datetime] = {}
        self._counting: dict[tuple[Problem, str], Finding] = {}

    @property
    def counting(self) -> tuple[Finding, ...]:
        return tuple(
            sorted(self._counting.values(), key=lambda found: (found.invariant, found.key))
        )

    def look(
        self, findings: Iterable[Finding], now: datetime, checked: Iterable[Invariant] = Invariant
    ) -> Change:
        """One round. What was not `checked` this time (its source was away) stays as it was."""
        looked = frozenset(checked)
        self._back |= dict.fromkeys(looked - self._looked, now)
        self._looked = looked
        present = {found.key: found for found in findings}
        for key in [key for key in self._since if WORDS[key[0]].invariant in looked]:
            if key not in present:
                del self._since[key]
        for key, found in present.items():
            first = found.since if found.since and found.since < now else now
            self._since.setdefault(key, first)
        return self._count(present, now, looked)

    def _count(
        self,
        present: Mapping[tuple[Problem, str], Finding],
        now: datetime,
        looked: frozenset[Invariant],
    ) -> Change:
        due = {key: self._dated(found) for key, found in present.items() if self._lasts(key, now)}
        cleared = tuple(
            found
            for key, found in self._counting.items()
            if found.invariant in looked and key not in due
        )
        for found in cleared:
            del self._counting[found.key]
        appeared = tuple(found for key, found in due.items() if key not in self._counting)
        self._counting |= due
        return Change(appeared, cleared)

    def young(self, now: datetime) -> timedelta | None:
        """How long until the last of those that do not count yet would; None without such."""
        waits = [self._due(key) - now for key in self._since if key not in self._counting]
        return max(waits, default=None)

    def _lasts(self, key: tuple[Problem, str], now: datetime) -> bool:
        return now >= self._due(key)

    def _due(self, key: tuple[Problem, str]) -> datetime:
        invariant, since = WORDS[key[0]].invariant, self._since[key]
        return max(since, self._back.get(invariant, since)) + GRACE[invariant]

    def _dated(self, found: Finding) -> Finding:
        return Finding(found.problem, found.subject, self._since[found.key], found.values)


class Verdict(StrEnum):
    """How one call counts. UNCLEAR: the log cannot tell whether they met before one hung up."""

    TALKED = "talked"
    NOT_TALKED = "not_talked"
    UNCLEAR = "unclear"


MET_SECONDS = 2.0  # less than this together: one hung up while the other was being connected


def verdict_of_log(together_seconds: float | None, *, somebody_answered: bool) -> Verdict:
    """Args: together_seconds: how long the caller shared a bridge with somebody, None for never."""
    if together_seconds is not None and together_seconds >= MET_SECONDS:
        return Verdict.TALKED
    return Verdict.UNCLEAR if somebody_answered else Verdict.NOT_TALKED


def agree(log: Verdict | None, table: Verdict | None) -> bool:
    """None: not counted at all on this side."""
    if log is None or table is None:
        return log is table
    return log is table or log is Verdict.UNCLEAR
