"""Why a prompt cannot be made, in a sentence an operator can act on."""

from ari_app.domain.errors import HotlineError


class CannotSpeak(HotlineError):
    """What happened, and what to do about it."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(f"{problem}; {cure}")
        self.problem = problem
        self.cure = cure
