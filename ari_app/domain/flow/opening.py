"""The node that asks whether it is open: `hours`."""

from collections.abc import Collection, Iterator, Mapping

from ari_app.domain.flow.node import BaseNode


class Hours(BaseNode, frozen=True, kw_only=True, tag="hours"):
    """By a named schedule. Closed callers hear why and, unless `says_when` is false, when it
    opens again. `holiday` and `special` are as `closed` unless they are set."""

    schedule: str
    open: str
    closed: str
    holiday: str = ""
    special: str = ""
    closed_prompts: tuple[str, ...] = ("closed-hours",)
    holiday_prompts: tuple[str, ...] = ("closed-for-the-holiday",)
    special_prompts: tuple[str, ...] = ("closed-today",)
    says_when: bool = True

    def exits(self) -> Mapping[str, str]:
        return {
            "open": self.open,
            "closed": self.closed,
            "holiday": self.holiday or self.closed,
            "special": self.special or self.closed,
        }

    def prompts_of(self, why: str) -> tuple[str, ...]:
        """What is said when it is closed, by exit."""
        return {
            "closed": self.closed_prompts,
            "holiday": self.holiday_prompts,
            "special": self.special_prompts,
        }[why]

    def prompts_used(self) -> Iterator[str]:
        yield from (*self.closed_prompts, *self.holiday_prompts, *self.special_prompts)
        if self.says_when:
            yield "we-open-again"

    def schedules_used(self) -> Collection[str]:
        return (self.schedule,)
