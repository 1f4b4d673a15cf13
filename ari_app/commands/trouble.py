"""What a person is told when a command cannot do its work: one line, what next, an exit code."""

import errno
from typing import Any

from ari_app.domain.errors import BadFlow, BadSettings, HotlineError, NotFound, Unavailable

WRONG_INPUT = 2
NEXT_FOR_KIND = {
    "site": "`hotline up` makes one",
    "call": "`hotline calls` lists them",
    "phone": "`hotline phones` lists them",
    "agent": "`hotline agents` lists them",
    "prompt": "`hotline prompts` lists them",
}
NEXT_FOR_ERRNO = {
    errno.ENOSPC: "free some space and run it again",
    errno.EACCES: "run it as the user who made the site",
    errno.EPERM: "run it as the user who made the site",
}


class NotPossible(HotlineError):
    """A command found out that it cannot do its work; says what would help."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(what)
        self.next_step = next_step


def lines(error: Exception) -> list[str]:
    """Usually one; wrong settings and flows one per problem."""
    if isinstance(error, BadSettings):
        return list(error.problems)
    if isinstance(error, BadFlow):
        return [str(finding) for finding in error.findings]
    text, next_step = told(error), advice(error)
    return [text if not next_step or "`" in text else f"{text}; {next_step}"]


def told(error: Exception) -> str:
    if isinstance(error, NotFound):
        return f"there is no {error.kind} {error.key}"
    return " ".join(str(error).split()) or type(error).__name__


def advice(error: Exception) -> str:
    """What to do next; empty when the error's own text says it."""
    match error:
        case NotPossible():
            return error.next_step
        case NotFound():
            return NEXT_FOR_KIND.get(error.kind, "")
        case Unavailable():
            return "`hotline status` says which part is not well"
        case BadSettings() | BadFlow():
            return "correct what is named, then run it again; `hotline check` finds all of it"
        case OSError():
            return NEXT_FOR_ERRNO.get(error.errno or 0, "")
    return ""


def exit_code(error: Exception) -> int:
    return WRONG_INPUT if isinstance(error, BadSettings | BadFlow) else 1


def document(error: Exception) -> dict[str, Any]:
    """The same as JSON: `problems` only where there may be several."""
    answer: dict[str, Any] = {"error": told(error), "next": advice(error)}
    if isinstance(error, BadSettings | BadFlow):
        answer["problems"] = lines(error)
    return answer
