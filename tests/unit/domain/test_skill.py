import copy
import pickle

import pytest

from ari_app.domain.skill import RequestType, SkillProfile


def test_equal_profiles_and_requests_are_one_object_even_after_a_copy() -> None:
    profile, request = (
        SkillProfile.of({"zh": 3, "orders": 5}),
        RequestType.of({"zh": 2}, {"vip": 1}),
    )

    assert SkillProfile.of({"orders": 5, "zh": 3}) is profile
    assert RequestType.of({"zh": 2}, {"vip": 1}) is request
    assert copy.deepcopy(profile) is profile
    assert pickle.loads(pickle.dumps(request)) is request


@pytest.mark.parametrize("level", [0, 10, -1])
def test_levels_outside_one_to_nine_are_refused(level: int) -> None:
    with pytest.raises(ValueError, match="allowed are 1 to 9"):
        SkillProfile.of({"zh": level})
    with pytest.raises(ValueError, match="required: skill 'zh'"):
        RequestType.of({"zh": level})


@pytest.mark.parametrize(
    ("levels", "met"),
    [({"zh": 2}, True), ({"zh": 9, "en": 1}, True), ({"zh": 1}, False), ({"en": 9}, False)],
)
def test_a_request_is_met_by_every_required_level(levels: dict[str, int], met: bool) -> None:
    assert RequestType.of({"zh": 2}).is_met_by(SkillProfile.of(levels)) is met


def test_surplus_is_what_the_request_leaves_unused() -> None:
    assert RequestType.of({"zh": 2}).surplus(SkillProfile.of({"zh": 5, "en": 4})) == 7


def test_preferences_count_but_never_exclude() -> None:
    request = RequestType.of({}, {"en": 3, "vip": 1})

    assert request.is_met_by(SkillProfile.of({}))
    assert request.preferences_met(SkillProfile.of({"en": 2, "vip": 4})) == 1


def test_joined_requests_take_the_higher_level_of_each_skill() -> None:
    one, other = RequestType.of({"zh": 2, "orders": 4}), RequestType.of({"zh": 5}, {"vip": 1})

    assert one.joined_with(other) is RequestType.of({"zh": 5, "orders": 4}, {"vip": 1})
