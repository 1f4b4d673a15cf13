"""Errors of the ARI client, and the one table that turns an answer's status into an error."""

from http import HTTPStatus

import msgspec

from ari_app.domain.errors import Conflict, HotlineError, NotFound, Unavailable


class AriRefused(HotlineError):
    """Asterisk understood the request and will not do it (4xx other than 404 and 409)."""

    def __init__(self, operation: str, status: int, reason: str) -> None:
        super().__init__(f"{operation} refused with {status}: {reason}")
        self.operation = operation
        self.status = status
        self.reason = reason


class AriUnavailable(Unavailable):
    """No usable answer. `outcome_known` is False when Asterisk may have done it all the same:
    repeat it with the same ids, or look. `status` is 500 and above when Asterisk did answer."""

    def __init__(
        self, operation: str, reason: str, *, outcome_known: bool, status: int | None = None
    ) -> None:
        doubt = "" if outcome_known else "; its outcome is unknown"
        super().__init__(f"{operation}: {reason}{doubt}")
        self.operation = operation
        self.reason = reason
        self.outcome_known = outcome_known
        self.status = status


class InboxOverflow(HotlineError):
    """An inbox was not read in time and has lost events: reconcile, then `inbox.reset()`."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(f"inbox {name!r} overflowed its {limit} events")
        self.name = name
        self.limit = limit


class InboxClosed(HotlineError):
    """Somebody reads an inbox after its `close()`."""


class _Problem(msgspec.Struct):
    message: str | None = None
    error: str | None = None


_problem = msgspec.json.Decoder(_Problem)


def refusal(operation: str, path: tuple[str, ...], status: int, reason: str) -> HotlineError:
    """The error for an answer of 400 and above to `operation` on the objects in `path`."""
    if status == HTTPStatus.NOT_FOUND and not path:
        # No object was asked for: its own HTTP server is up before ARI is.
        return AriUnavailable(operation, "not loaded yet", outcome_known=True)
    if status == HTTPStatus.NOT_FOUND:
        return NotFound(operation.partition(".")[0].removesuffix("s"), "/".join(path))
    if status == HTTPStatus.CONFLICT:
        return Conflict(f"{operation}: {reason}")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        said = f"answered {status} {reason}"
        return AriUnavailable(operation, said, outcome_known=True, status=status)
    return AriRefused(operation, status, reason)


def reason_in(body: str | bytes, phrase: str) -> str:
    """What Asterisk says in the body of a refusal, else the phrase of its status line."""
    try:
        problem = _problem.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return phrase
    return problem.message or problem.error or phrase
