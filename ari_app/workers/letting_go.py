"""What ends with an error and shall not be kept by it."""

import asyncio
from types import TracebackType


class LettingGo:
    """Around an asyncio.TaskGroup that such errors end in the normal course of things.

    An error holds the frames it came through, and they what they worked with: often the task that
    the error is kept in, or the error itself. All that a call consists of would hold itself until
    the whole of a busy process is looked through for garbage. So errors that nobody needs to
    explain forget where they came from: these, cancellations, and the group's own.

    The frames are not emptied instead: of an error that several calls share, some belong to calls
    that go on, and emptying those would end them.
    """

    def __init__(self, *ends: type[BaseException]) -> None:
        self._ends = (BaseExceptionGroup, asyncio.CancelledError, *ends)

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        rest, seen = [error], set[int]()
        while rest:
            one = rest.pop()
            if one is None or id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, self._ends):
                one.__traceback__ = None
            rest += [one.__cause__, one.__context__]
            rest += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
