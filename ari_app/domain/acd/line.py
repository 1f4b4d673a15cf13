"""A line kept in order, in which everything is cheap: head, join, leave anywhere, rank.

Entries are tuples that sort in the line's order and are unique before any element that cannot
be compared. They live in chunks of a few hundred, so joining at either end moves nothing, and
leaving or joining in the middle moves one chunk; with 100,000 entries that is a binary search
over 200 chunks. A heap would make leaving lazy and could not say who is next but one.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from operator import itemgetter
from typing import Any, Generic, TypeVar

E = TypeVar("E", bound=tuple[Any, ...])

LONGEST_CHUNK = 512
_FIRST = itemgetter(0)


class Line(Generic[E]):
    """`head` is the first entry or None, `size` the number of entries."""

    __slots__ = ("_chunks", "head", "size")

    def __init__(self) -> None:
        self._chunks: list[list[E]] = []
        self.head: E | None = None
        self.size = 0

    def add(self, entry: E) -> None:
        chunks = self._chunks
        self.size += 1
        if self.head is None:
            chunks.append([entry])
            self.head = entry
        elif entry < chunks[-1][-1]:
            self._squeeze_in(entry)
        elif len(chunks[-1]) < LONGEST_CHUNK:
            chunks[-1].append(entry)
        else:
            chunks.append([entry])

    def remove(self, entry: E) -> None:
        """KeyError when the entry is not in the line."""
        if self.head is None:
            raise KeyError(entry)
        if entry is self.head:
            self._drop(0, 0)
            return
        at = self._chunk_of(entry)
        chunk = self._chunks[at]
        index = bisect_left(chunk, entry)
        if index == len(chunk) or chunk[index] != entry:
            raise KeyError(entry)
        self._drop(at, index)

    def before(self, key: tuple[Any, ...]) -> int:
        """How many entries come before the key, which may be a prefix of an entry."""
        if self.head is None:
            return 0
        at = self._chunk_of(key)
        return sum(map(len, self._chunks[:at])) + bisect_left(self._chunks[at], key)

    def __iter__(self) -> Iterator[E]:
        """In order. The line must not change meanwhile."""
        for chunk in self._chunks:
            yield from chunk

    def _chunk_of(self, key: tuple[Any, ...]) -> int:
        return max(bisect_right(self._chunks, key, key=_FIRST) - 1, 0)

    def _drop(self, at: int, index: int) -> None:
        chunks = self._chunks
        chunk = chunks[at]
        del chunk[index]
        if not chunk:
            del chunks[at]
        self.size -= 1
        self.head = chunks[0][0] if chunks else None

    def _squeeze_in(self, entry: E) -> None:
        chunks = self._chunks
        at = self._chunk_of(entry)
        chunk = chunks[at]
        insort(chunk, entry)
        self.head = chunks[0][0]
        if len(chunk) > LONGEST_CHUNK:
            half = LONGEST_CHUNK // 2
            chunks.insert(at + 1, chunk[half:])
            del chunk[half:]
