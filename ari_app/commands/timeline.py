"""The story of one call as a table: seconds since its arrival, and what happened."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ari_app.commands import show

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ari_app.commands.terminal import Terminal
    from ari_app.store.calls import CallSummary, Moment


def entries(summary: "CallSummary", moments: "Sequence[Moment]") -> list[dict[str, Any]]:
    """For JSON: each moment with its seconds since the call's arrival."""
    return [
        {
            "seconds": round((moment.at - summary.arrived_at).total_seconds(), 3),
            "at": moment.at,
            "source": moment.source,
            "what": moment.what,
            "agent": moment.agent_id,
            "detail": moment.detail,
        }
        for moment in moments
    ]


def picture(
    summary: "CallSummary", moments: "Sequence[Moment]", terminal: "Terminal"
) -> "RenderableType":
    from rich.console import Group

    words = terminal.words
    rows = [
        [
            f"{(moment.at - summary.arrived_at).total_seconds():8.2f}",
            moment.source,
            moment.what,
            moment.agent_id,
            told(moment.detail, words.language),
        ]
        for moment in moments
    ]
    headings = ("seconds", "source", "what", "agent", "detail")
    return Group(
        show.pairs(_summary(summary, terminal)),
        show.table([words(heading) for heading in headings], rows),
    )


def _summary(call: "CallSummary", terminal: "Terminal") -> list[tuple[str, Any]]:
    words = terminal.words
    lines = [
        ("call", call.call_id),
        ("arrived", show.local_time(call.arrived_at)),
        ("caller", call.caller),
        ("dialled", call.dialled),
        ("language", call.language),
        ("outcome", _outcome(call, terminal)),
        ("queues", show.listed(call.queues)),
        ("agents", show.listed(call.agents)),
        ("wait", show.duration(call.wait_seconds)),
        ("talk", show.duration(call.talk_seconds)),
        ("recording", call.recording_state),
    ]
    return [(words(name), value) for name, value in lines if value not in (None, "")]


def _outcome(call: "CallSummary", terminal: "Terminal") -> str:
    if call.outcome is None:
        return terminal.words("live") if call.ended_at is None else ""
    reason = f" ({call.end_reason})" if call.end_reason else ""
    return terminal.words(call.outcome) + reason


def told(detail: Mapping[str, Any], language: str) -> str:
    """A routing decision as sentences, one per line; any other detail as short pairs."""
    why, sent_on = detail.get("why"), detail.get("sent_on")
    if isinstance(why, Mapping) and why:
        return "\n".join(_sentences(why, language))
    if isinstance(sent_on, Mapping):
        return "\n".join(_elsewhere(sent_on, str(detail.get("queue")), language))
    return show.detail(detail)


def _sentences(why: Mapping[str, Any], language: str) -> list[str]:
    """The raw pairs where an older or newer program wrote a decision we cannot read."""
    import msgspec

    from ari_app.domain.acd.decision import Decision
    from ari_app.domain.acd.explain import explain, explain_direct
    from ari_app.domain.transfer import DirectWhy

    try:
        if "how" in why:
            return explain_direct(msgspec.convert(why, DirectWhy), language)
        return explain(msgspec.convert(why, Decision), language)
    except (msgspec.ValidationError, KeyError):
        return [show.detail(why)]


def _elsewhere(sent_on: Mapping[str, Any], queue: str, language: str) -> list[str]:
    """As `_sentences`, of a queue that sent the caller on."""
    import msgspec

    from ari_app.domain.acd.explain import explain_sent_on
    from ari_app.domain.acd.overflow import SentOn

    try:
        return explain_sent_on(msgspec.convert(sent_on, SentOn), queue, language)
    except msgspec.ValidationError:
        return [show.detail(sent_on)]
