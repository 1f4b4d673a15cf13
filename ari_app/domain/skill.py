"""Skills with levels 1 to 9: what an agent can do, and what a contact needs.

Both sides are interned: equal contents are one object, so comparing and hashing cost nothing
however many agents share a profile.
"""

from collections.abc import Mapping
from typing import ClassVar
from weakref import WeakValueDictionary

LOWEST_LEVEL, HIGHEST_LEVEL = 1, 9
LANGUAGE_SKILLS = {"zh": "chinese", "en": "english"}
"""What serving callers of a language takes, in every queue."""

_Levels = frozenset[tuple[str, int]]


def level_problems(levels: Mapping[str, int], place: str) -> list[str]:
    """Every level outside 1 to 9, as sentences that start with `place`."""
    return [
        f"{place}: skill {skill!r} has level {level}, allowed are {LOWEST_LEVEL} to {HIGHEST_LEVEL}"
        for skill, level in levels.items()
        if not LOWEST_LEVEL <= level <= HIGHEST_LEVEL
    ]


def _refuse_bad_levels(levels: Mapping[str, int], place: str) -> None:
    problems = level_problems(levels, place)
    if problems:
        raise ValueError("; ".join(problems))


class SkillProfile:
    """The skills and levels a group of agents shares. Make one with `SkillProfile.of`."""

    __slots__ = ("__weakref__", "levels", "total")
    _known: ClassVar["WeakValueDictionary[_Levels, SkillProfile]"] = WeakValueDictionary()

    levels: Mapping[str, int]
    total: int

    @classmethod
    def of(cls, levels: Mapping[str, int]) -> "SkillProfile":
        """The one profile with these levels; ValueError when a level is not 1 to 9."""
        key = frozenset(levels.items())
        profile = cls._known.get(key)
        if profile is None:
            _refuse_bad_levels(levels, "profile")
            profile = cls.__new__(cls)
            profile.levels = dict(levels)
            profile.total = sum(levels.values())
            cls._known[key] = profile
        return profile

    def __reduce__(self) -> tuple[object, ...]:
        return SkillProfile.of, (self.levels,)

    def __repr__(self) -> str:
        return f"SkillProfile({dict(self.levels)})"


class RequestType:
    """What waiting contacts share: skills they must have, and skills that are welcome.

    `requires` and `prefers` map a skill to the lowest level that will do.
    """

    __slots__ = ("__weakref__", "prefers", "requires")
    _known: ClassVar["WeakValueDictionary[tuple[_Levels, _Levels], RequestType]"] = (
        WeakValueDictionary()
    )

    requires: Mapping[str, int]
    prefers: Mapping[str, int]

    @classmethod
    def of(
        cls, requires: Mapping[str, int] | None = None, prefers: Mapping[str, int] | None = None
    ) -> "RequestType":
        """The one request type with these needs; ValueError when a level is not 1 to 9."""
        requires, prefers = requires or {}, prefers or {}
        key = frozenset(requires.items()), frozenset(prefers.items())
        request = cls._known.get(key)
        if request is None:
            _refuse_bad_levels(requires, "required")
            _refuse_bad_levels(prefers, "preferred")
            request = cls.__new__(cls)
            request.requires, request.prefers = dict(requires), dict(prefers)
            cls._known[key] = request
        return request

    def is_met_by(self, profile: SkillProfile) -> bool:
        has = profile.levels.get
        # A generator in all() would take thrice as long.
        for skill, level in self.requires.items():  # noqa: SIM110
            if has(skill, 0) < level:
                return False
        return True

    def preferences_met(self, profile: SkillProfile) -> int:
        """How many of the preferred skills this profile has at the wanted level."""
        has = profile.levels.get
        return sum(has(skill, 0) >= level for skill, level in self.prefers.items())

    def surplus(self, profile: SkillProfile) -> int:
        """Levels the request leaves unused: 0 for somebody who can do exactly this."""
        return profile.total - sum(self.requires.values())

    def joined_with(self, other: "RequestType") -> "RequestType":
        """Both sets of needs at once: the higher level where both name a skill."""
        return RequestType.of(
            _highest(self.requires, other.requires), _highest(self.prefers, other.prefers)
        )

    def __reduce__(self) -> tuple[object, ...]:
        return RequestType.of, (self.requires, self.prefers)

    def __repr__(self) -> str:
        return f"RequestType({dict(self.requires)}, prefers={dict(self.prefers)})"


def _highest(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {skill: max(one.get(skill, 0), other.get(skill, 0)) for skill in {**one, **other}}
