"""How things look in a terminal: tables, times, marks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

PIPE_WIDTH = 200  # where nobody said how wide the other end is
DETAIL_VALUE_LENGTH = 40


def console(stream: Any) -> "Console":
    """Colours and the terminal's width on a terminal; neither in a pipe."""
    from rich.console import Console

    width = None if stream.isatty() else PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, soft_wrap=False)


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> "RenderableType":
    """Plain columns; None shows as nothing. Rich text is kept, anything else becomes text."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading in headings:
        drawn.add_column(heading, overflow="fold")
    for row in rows:
        drawn.add_row(*(_cell(value) for value in row))
    return drawn


def pairs(rows: Iterable[tuple[str, Any]]) -> "RenderableType":
    """Name and value, one pair per line."""
    from rich.table import Table

    drawn = Table.grid(padding=(0, 2))
    drawn.add_column(style="bold", no_wrap=True)
    drawn.add_column(overflow="fold")
    for name, value in rows:
        drawn.add_row(name, _cell(value))
    return drawn


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return value if hasattr(value, "__rich_console__") else str(value)


def mark(*, ok: bool) -> "Text":
    from rich.text import Text

    return Text("ok", style="green") if ok else Text("BAD", style="bold red")


def local_time(at: datetime | None) -> str:
    """`2026-03-01 09:12:33` in the zone of this machine; empty for None."""
    return at.astimezone().strftime("%F %T") if at else ""


def duration(seconds: float | None) -> str:
    """`8.3 s` below a minute, `2:05` above; empty for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}" if minutes else f"{seconds:.1f} s"


def share(percent: float | None, of: int) -> str:
    """`82 % (50)`; empty where there is nothing to have a share of."""
    return "" if percent is None else f"{percent:.0f} % ({of})"


def listed(values: Iterable[Any] | None) -> str:
    return ", ".join(str(value) for value in values or ())


def levels(skills: Mapping[str, int]) -> str:
    """`orders 3, chinese 5`."""
    return listed(f"{skill} {level}" for skill, level in skills.items())


def detail(values: Mapping[str, Any]) -> str:
    """`exit=1, node=menu`: short facts of a timeline entry."""
    return listed(
        f"{key}={_short(value)}" for key, value in values.items() if value not in ("", [])
    )


def _short(value: Any) -> str:
    text = listed(value) if isinstance(value, list) else str(value)
    over = len(text) > DETAIL_VALUE_LENGTH
    return text[: DETAIL_VALUE_LENGTH - 1] + "…" if over else text


def padded(text: str, width: int) -> str:
    """To a width in columns of the terminal: a Chinese character takes two."""
    from rich.cells import cell_len

    return text + " " * max(0, width - cell_len(text))


def gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
