"""Look-ups: named questions to a database or a service, whose answer a flow can use.

Written as data (dialplan/queries), so that no flow holds SQL or an address. Whatever a caller
keyed in only ever becomes a bound parameter, or a quoted part of a path.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from ari_app.domain.errors import BadFlow
from ari_app.domain.finding import Finding, error, misshapen
from ari_app.domain.variables import NAME, PLACEHOLDER, named_in

LONGEST_DEADLINE = 20.0  # seconds: nobody listens longer to music for a status
# Not the casts: `$number::int` has a name and then two colons.
PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")
ONE_STATEMENT = re.compile(r"\s*(SELECT|WITH|TABLE|VALUES)\b", re.IGNORECASE)


class LookUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`sql` is one SELECT with `$name` for its parameters, of which the first row counts; or
    `url` an address with `{name}` for them, whose answer is JSON.

    `columns`: of the row; for a service name -> where it is in the answer, as in `order.0.status`.
    """

    name: str
    parameters: tuple[str, ...] = ()
    sql: str = ""
    url: str = ""
    columns: tuple[str, ...] | dict[str, str]
    deadline_seconds: float = 5.0

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc.lower()

    def statement(self) -> tuple[str, tuple[str, ...]]:
        """With `$1` and so on, each text, and the names of what is bound to them."""
        return PARAMETER.sub(self._numbered, self.sql), self.parameters

    def _numbered(self, found: re.Match[str]) -> str:
        return f"${self.parameters.index(found[1]) + 1}::text"

    def address(self, values: Mapping[str, str]) -> str:
        """Whatever the values are, they stay one part of the path or one value of the query."""
        return PLACEHOLDER.sub(lambda found: _one_part(values.get(found[1], "")), self.url)


def _one_part(value: str) -> str:
    """`..` alone would lead elsewhere, quoted or not."""
    return quote(value, safe="") if value.strip(".") else ""


def read_lookup(text: str, source: str) -> LookUp:
    """Raises: BadFlow: not TOML, or not shaped like a look-up."""
    try:
        return msgspec.convert(tomllib.loads(text), LookUp)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as bad:
        raise BadFlow([misshapen(PurePath(source).name, str(bad))]) from bad


def lookup_problems(lookup: LookUp, hosts: Collection[str]) -> list[Finding]:
    """Everything that would go wrong. Args: hosts: that may be asked."""
    return [error(lookup.name, "", *fault) for fault in _faults(lookup, hosts)]


def _faults(lookup: LookUp, hosts: Collection[str]) -> Iterator[tuple[str, str]]:
    if bool(lookup.sql) == bool(lookup.url):
        yield "it needs either `sql` or `url`", "give it one of them"
        return
    if not 0 < lookup.deadline_seconds <= LONGEST_DEADLINE:
        yield (
            f"deadline_seconds is {lookup.deadline_seconds:g}",
            f"let it be above 0 and at most {LONGEST_DEADLINE:g}",
        )
    for name in (*lookup.parameters, *lookup.columns):
        if not NAME.fullmatch(name):
            yield f"{name!r} is no name", "use small letters, digits and _, a letter first"
    used = set(PARAMETER.findall(lookup.sql)) | set(named_in(lookup.url))
    for name in sorted(used - set(lookup.parameters)):
        yield f"parameter {name!r} is not declared", "add it to `parameters`"
    for name in sorted(set(lookup.parameters) - used):
        yield f"parameter {name!r} is not used", "take it away, or use it"
    yield from _sql_faults(lookup) if lookup.sql else _url_faults(lookup, hosts)


def _sql_faults(lookup: LookUp) -> Iterator[tuple[str, str]]:
    if not ONE_STATEMENT.match(lookup.sql) or ";" in lookup.sql.strip().rstrip(";"):
        yield "`sql` is not one SELECT", "let it be a single SELECT; it can change nothing anyway"
    if isinstance(lookup.columns, dict):
        yield "columns of a row have no places", "write them as a list"


def _url_faults(lookup: LookUp, hosts: Collection[str]) -> Iterator[tuple[str, str]]:
    parts = urlsplit(lookup.url)
    if parts.scheme not in ("https", "http") or not parts.netloc or "@" in parts.netloc:
        yield f"{lookup.url!r} is no address", "write https://, a host and a path"
    elif "{" in parts.netloc:
        yield "what a caller keys would choose the host", "use {name} in the path or the query only"
    elif lookup.host not in hosts:
        yield f"host {lookup.host!r} may not be asked", "add it to HOTLINE_LOOKUP_HOSTS"
    if not isinstance(lookup.columns, dict):
        yield "where the columns are in the answer is missing", 'write { status = "order.status" }'


def as_text(value: Any, zone: dt.tzinfo) -> str:
    """A value of a row or of JSON as variables keep it. Moments become local time."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    for kind, text in TEXTS:
        if isinstance(value, kind):
            return text(value, zone)
    return str(value)


def _moment(value: dt.datetime, zone: dt.tzinfo) -> str:
    local = value.astimezone(zone) if value.tzinfo else value
    return local.strftime("%Y-%m-%d %H:%M")


TEXTS: tuple[tuple[type | tuple[type, ...], Callable[[Any, dt.tzinfo], str]], ...] = (
    ((type(None), list, dict), lambda *_: ""),
    (bool, lambda value, _: "yes" if value else "no"),
    (dt.datetime, _moment),
    (dt.timedelta, lambda value, _: f"{value.total_seconds():g}"),
    (Decimal, lambda value, _: format(value, "f")),
)


def picked(answer: Any, path: str) -> Any:
    """What is at `order.0.status` of a JSON answer; None for what is not there."""
    for part in path.split("."):
        if isinstance(answer, list) and part.isdecimal() and int(part) < len(answer):
            answer = answer[int(part)]
        elif isinstance(answer, dict):
            answer = answer.get(part)
        else:
            return None
    return answer
