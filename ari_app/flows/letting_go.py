"""What ends with an error and shall not be kept by it."""

import traceback
from types import TracebackType


class LettingGo:
    """Around an asyncio.TaskGroup whose errors are the normal end of what it does.

    An error holds the frames it came through, and they what they worked with: often the task that
    the error is kept in, or the error itself. All that a call consists of would hold itself until
    the whole of a busy process is looked through for garbage. So these frames are emptied; where
    the error came from can still be told.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if isinstance(error, BaseExceptionGroup):
            _empty(error, set())


def _empty(error: BaseException | None, seen: set[int]) -> None:
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    traceback.clear_frames(error.__traceback__)
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        _empty(one, seen)
    _empty(error.__cause__, seen)
    _empty(error.__context__, seen)
