"""What a new version of the flows changes for callers, before it is published."""

from collections.abc import Collection
from datetime import UTC, datetime

from ari_app.domain.errors import NotFound
from ari_app.domain.flow import (
    Ask,
    Call,
    Flow,
    Hangup,
    Language,
    Mailbox,
    Menu,
    Node,
    Queue,
    Return,
)
from ari_app.domain.lookup import LookUp
from ari_app.domain.speech import SpokenAs
from ari_app.trial.outcomes import (
    MOST_TRIED,
    Change,
    Comparison,
    Hours,
    Number,
    compare,
    kinds_of_hours,
    ways,
)
from tests.fakes.openings import FakeOpenings
from tests.lab.effort import A_SECOND, effort

NOON = datetime(2026, 12, 2, 12, tzinfo=UTC)
ANY_HOUR = [Hours("at any hour", NOON)]
NUMBER = Number("95001", "hotline", "zh")


class Book:
    def __init__(self, *flows: Flow) -> None:
        self.version = "0123456789ab"
        self._flows = {flow.name: flow for flow in flows}

    @property
    def names(self) -> Collection[str]:
        return self._flows.keys()

    def get(self, name: str) -> Flow:
        return self._flows.get(name, self._flows["hotline"])

    def query(self, name: str) -> LookUp:
        raise NotFound("query", name)


def a_queue(name: str) -> Queue:
    return Queue(queue=name, talked="bye", timeout="bye", nobody="bye")


def a_flow(*, name: str = "hotline", **changed: Node) -> Flow:
    nodes: dict[str, Node] = {
        "menu": Menu(
            prompts=("main-menu",), keys={"1": "orders", "2": "support"}, otherwise="orders"
        ),
        "orders": a_queue("orders"),
        "support": a_queue("support"),
        "bye": Hangup(),
    }
    return Flow(name=name, start="menu", node=nodes | changed)


def compared(before: Flow, after: Flow, hours: list[Hours] = ANY_HOUR) -> Comparison:
    return compare(Book(before), Book(after), [NUMBER], hours, FakeOpenings(is_open))


def is_open(queue: str, at: datetime) -> bool:
    return queue != "night" or at.hour < 9


def test_nothing_is_tried_where_nothing_changed() -> None:
    assert compared(a_flow(), a_flow()) == Comparison([], 0, 0)


def test_a_key_that_leads_elsewhere_is_named_with_both_ends() -> None:
    after = a_flow(support=Mailbox(mailbox="hotline", next="bye"))

    found = compared(a_flow(), after)

    assert found.changes == [
        Change("95001", "at any hour", "2", "queue support", "mailbox hotline", "end")
    ]


def test_other_words_on_the_same_way_are_a_change_too() -> None:
    menu = Menu(prompts=("new-menu",), keys={"1": "orders", "2": "support"}, otherwise="orders")

    found = compared(a_flow(), a_flow(menu=menu))

    assert {change.what for change in found.changes} == {"words"}
    assert {change.keys for change in found.changes} >= {"1", "2"}


def test_what_changes_at_night_only_is_told_for_the_night_only() -> None:
    day, night = NOON, NOON.replace(hour=3)
    before = a_flow(orders=a_queue("night"))
    menu = {"1": "orders", "2": "support"}
    closed = Queue(queue="night", talked="bye", timeout="bye", nobody="bye", closed="message")
    after = a_flow(
        orders=closed,
        message=Mailbox(mailbox="hotline", next="bye"),
        menu=Menu(prompts=("main-menu",), keys=menu, otherwise="orders"),
    )

    found = compared(before, after, [Hours("day", day), Hours("night", night)])

    told = {(change.hours, change.keys) for change in found.changes if change.what == "end"}
    assert ("day", "1") in told
    assert ("night", "1") not in told


def test_a_change_in_a_flow_that_another_calls_is_seen_through_the_call() -> None:
    def outer(inner: Flow) -> Book:
        call = Call(flow="inner", results={"fine": "orders"}, failed="bye")
        return Book(a_flow(menu=call), inner)

    old = Flow(name="inner", start="back", node={"back": Return(result="fine")})
    bye = Flow(name="inner", start="bye", node={"bye": Hangup()})

    found = compare(outer(old), outer(bye), [NUMBER], ANY_HOUR, FakeOpenings(is_open))

    assert [(one.before, one.after) for one in found.changes] == [("queue orders", "hangup")]


def test_a_way_leads_to_every_node_and_through_every_key() -> None:
    flow = a_flow(menu=Language(prompts=("a",), keys={"1": "zh", "2": "en"}, next="orders"))

    assert {way.keys for way in ways(flow)} == {"", "1", "2"}
    assert {way.keys for way in ways(a_flow())} == {"", "---", "1", "2"}


def test_hours_are_brought_together_by_what_is_open() -> None:
    openings = FakeOpenings(is_open)
    kinds = kinds_of_hours({"night", "orders"}, {"other"}, openings, NOON)

    assert [is_open("night", kind.at) for kind in kinds] == [False, True]
    assert kinds[0].label == "Wed 12:30 and 104 more hours of the week"
    assert [one.label for one in kinds_of_hours({"orders"}, (), openings, NOON)] == ["at any hour"]


def big(nodes: int, prompt: str) -> Flow:
    """A tree of menus in which every end changes."""
    tree: dict[str, Node] = {}
    for number in range(nodes):
        below = {str(key): f"n{5 * number + key}" for key in range(1, 6)}
        if 5 * number + 5 < nodes:
            tree[f"n{number}"] = Menu(prompts=("main-menu",), keys=below, otherwise="n1")
        else:
            tree[f"n{number}"] = Hangup(prompts=(prompt,))
    return Flow(name="hotline", start="n0", node=tree)


def test_a_flow_of_500_nodes_is_compared_within_a_second() -> None:
    before, after = big(500, "goodbye"), big(500, "other-goodbye")

    with effort() as spent:
        found = compared(before, after)

    assert found.tried == MOST_TRIED
    assert found.left_out > 0
    assert spent.calls < A_SECOND


def test_a_number_that_is_asked_for_is_keyed_in_on_the_way() -> None:
    ask = Ask(prompts=("a",), variable="n", shortest=2, longest=4, next="orders", otherwise="bye")
    fixed = Ask(
        prompts=("a",),
        variable="n",
        shortest=3,
        longest=3,
        confirm=SpokenAs.DIGITS,
        next="orders",
        otherwise="bye",
    )

    assert {way.keys for way in ways(a_flow(menu=ask))} == {"", "11#", "---"}
    assert {way.keys for way in ways(a_flow(menu=fixed))} == {"", "1111", "---"}


def test_a_named_schedule_makes_kinds_of_hours_too() -> None:
    kinds = kinds_of_hours((), {"night"}, FakeOpenings(is_open), NOON)

    assert [is_open("night", kind.at) for kind in kinds] == [False, True]
