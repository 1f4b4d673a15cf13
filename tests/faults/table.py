"""`python -m tests.faults.table FILE [PAGE]`: median and worst of each recovery.

Printed; with a page such as docs/reliability.md also written into it, between its two marks.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.faults.recoveries import Line, read, summed_up

BEGIN, END = "<!-- recoveries -->", "<!-- end of recoveries -->"


def markdown(lines: Sequence[Line]) -> str:
    rows = [
        "| Fault | What | Times | Median (s) | Worst (s) |",
        "|---|---|---:|---:|---:|",
        *(
            f"| {one.fault} | {one.what} | {one.times} | {one.median:.1f} | {one.worst:.1f} |"
            for one in lines
        ),
    ]
    return "\n".join(rows)


def put_into(page: str, table: str) -> str:
    """Raises: ValueError when the page has no place for it."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page needs a line {BEGIN} and a line {END}")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def main(arguments: Sequence[str]) -> int:
    file, *pages = map(Path, arguments)
    table = markdown(summed_up(read(file)))
    print(table)  # noqa: T201
    for page in pages:
        page.write_text(put_into(page.read_text("utf-8"), table), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
