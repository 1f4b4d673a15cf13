from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ari_app.domain.errors import BadFlow
from ari_app.domain.lookup import LookUp, as_text, lookup_problems, picked, read_lookup

SQL: dict[str, Any] = {
    "name": "status",
    "parameters": ("number", "day"),
    "columns": ("status",),
    "sql": "SELECT status FROM lookup_x WHERE n = $number AND d > $day::date AND m = $number",
}
HTTP: dict[str, Any] = {
    "name": "status",
    "parameters": ("number",),
    "columns": {"status": "order.0.status"},
    "url": "https://erp.example.com/orders/{number}?full=1",
}
ZONE = ZoneInfo("Asia/Shanghai")


def wrong(values: dict[str, Any], **changed: Any) -> list[str]:
    query = LookUp(**(values | changed))
    return [finding.what for finding in lookup_problems(query, {"erp.example.com"})]


def test_names_become_bound_parameters() -> None:
    sql, order = LookUp(**SQL).statement()

    assert sql == (
        "SELECT status FROM lookup_x WHERE n = $1::text AND d > $2::text::date AND m = $1::text"
    )
    assert order == ("number", "day")


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("123", "orders/123?"),
        ("../../admin", "orders/..%2F..%2Fadmin?"),
        ("..", "orders/?"),
        ("1?x=2&y#z", "orders/1%3Fx%3D2%26y%23z?"),
        ("{number}", "orders/%7Bnumber%7D?"),
        ("九 @evil.example", "orders/%E4%B9%9D%20%40evil.example?"),
    ],
)
def test_whatever_a_caller_keys_stays_one_part_of_the_address(value: str, part: str) -> None:
    address = LookUp(**HTTP).address({"number": value})

    assert address.startswith("https://erp.example.com/")
    assert part in address


@pytest.mark.parametrize("values", [SQL, HTTP])
def test_nothing_is_wrong_with_good_ones(values: dict[str, Any]) -> None:
    assert wrong(values) == []


@pytest.mark.parametrize(
    ("values", "changed", "complaint"),
    [
        (SQL, {"url": "https://erp.example.com/"}, "either `sql` or `url`"),
        (SQL, {"sql": ""}, "either `sql` or `url`"),
        (SQL, {"deadline_seconds": 60.0}, "deadline_seconds is 60"),
        (SQL, {"deadline_seconds": 0.0}, "deadline_seconds is 0"),
        (SQL, {"parameters": ("number",)}, "parameter 'day' is not declared"),
        (SQL, {"parameters": ("number", "day", "x")}, "parameter 'x' is not used"),
        (SQL, {"columns": ("Status",)}, "'Status' is no name"),
        (SQL, {"sql": "DELETE FROM x WHERE n = $number AND d = $day"}, "not one SELECT"),
        (SQL, {"sql": SQL["sql"] + "; DROP TABLE x"}, "not one SELECT"),
        (SQL, {"columns": {"status": "a"}}, "columns of a row have no places"),
        (HTTP, {"columns": ("status",)}, "where the columns are"),
        (HTTP, {"url": "https://other.example.com/{number}"}, "may not be asked"),
        (HTTP, {"url": "https://erp.example.com:99/{number}"}, "may not be asked"),
        (HTTP, {"url": "https://erp.example.com@evil.example/{number}"}, "is no address"),
        (HTTP, {"url": "file:///etc/{number}"}, "is no address"),
        (HTTP, {"url": "https://{number}.example.com/"}, "would choose the host"),
    ],
)
def test_what_would_go_wrong_is_found(
    values: dict[str, Any], changed: dict[str, Any], complaint: str
) -> None:
    assert any(complaint in what for what in wrong(values, **changed))


@pytest.mark.parametrize("text", ["name = ", 'name = "x"', 'name = "x"\ncolumns = []\nfoo = 1'])
def test_what_is_not_shaped_like_a_query_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(BadFlow) as raised:
        read_lookup(text, "/site/queries/x.toml")

    assert raised.value.findings[0].file == "x.toml"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (7, "7"),
        (1e-7, "0.0000001"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+3"), "1000"),
        (datetime(2026, 1, 5, 18, 30, tzinfo=UTC), "2026-01-06 02:30"),
        (datetime.fromisoformat("2026-01-05 18:30"), "2026-01-05 18:30"),
        (date(2026, 1, 5), "2026-01-05"),
        (timedelta(minutes=2), "120"),
        ({"a": 1}, ""),
        ("九", "九"),
    ],
)
def test_answers_become_text_in_local_time(value: object, text: str) -> None:
    assert as_text(value, ZONE) == text


@pytest.mark.parametrize(
    ("path", "value"),
    [("order.0.status", "done"), ("order.1.status", None), ("order.x", None), ("a.b.c", None)],
)
def test_fields_are_picked_from_an_answer(path: str, value: object) -> None:
    assert picked({"order": [{"status": "done"}], "a": 1}, path) == value


def test_the_queries_we_ship_are_shaped_like_some() -> None:
    for path in (Path(__file__).parents[3] / "dialplan" / "queries").glob("*.toml"):
        assert lookup_problems(read_lookup(path.read_text(), str(path)), ()) == []
