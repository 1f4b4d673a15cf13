"""`/metrics`: what the engine counts, as a page that Prometheus reads."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

PREFIX = "hotline_"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Kind = Literal["gauge", "counter"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure, without the prefix; a counter's name on the page ends in `_total`.

    With a `label` there is a value for each of its words. Those are names of the configuration
    or words of ours, never a caller's or a call's: every new one is a new series for ever.
    """

    name: str
    help: str
    value: float | None = None  # None: not known now, so not on the page
    kind: Kind = "gauge"
    label: str = ""
    values: Mapping[str, float] = field(default_factory=dict)


class MetricsPage(Collector):
    """Reads the figures anew each time it is asked."""

    def __init__(self, read: Callable[[], Iterable[Measured]]) -> None:
        self._read = read
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/metrics", self._page)]

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The registry calls it."""
        for one in self._read():
            yield _family(one)

    async def _page(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.Response(body=self.text(), headers={"Content-Type": CONTENT_TYPE})


def _family(one: Measured) -> Metric:
    made = CounterMetricFamily if one.kind == "counter" else GaugeMetricFamily
    family = made(PREFIX + one.name, one.help, labels=[one.label] if one.label else [])
    for word, value in one.values.items():
        family.add_metric([word], value)
    if one.value is not None:
        family.add_metric([], one.value)
    return family
