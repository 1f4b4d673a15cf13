import pytest

from ari_app.domain.route import DEFAULT_ROUTE, NumberRoute, Route, RouteTable

TABLE = RouteTable(
    [
        NumberRoute("95%", "other", "en", 1),
        NumberRoute("9500_", "night", "en", 2),
        NumberRoute("95001", "hotline", "zh", 0),
        NumberRoute("95001%", "branch", "zh", 0),
        NumberRoute("+_*", "star", "zh", 0),
    ]
)


@pytest.mark.parametrize(
    ("dialled", "flow"),
    [
        ("95002", "night"),
        ("95", "other"),
        ("950021", "other"),
        ("95001", "branch"),
        ("950017", "branch"),
        ("+1*", "star"),
    ],
)
def test_the_pattern_with_most_fixed_characters_wins_then_the_longest(
    dialled: str, flow: str
) -> None:
    assert TABLE.find(dialled).flow == flow


def test_a_route_is_that_of_an_ordinary_caller() -> None:
    assert TABLE.find("95002") == Route("night", "en", 2, "normal", None)


@pytest.mark.parametrize("dialled", ["", "10086", "195001", "+1"])
def test_a_number_nobody_routes_gets_the_default_route(dialled: str) -> None:
    assert TABLE.find(dialled) is DEFAULT_ROUTE
