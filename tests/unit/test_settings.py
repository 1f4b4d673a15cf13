import dataclasses
from pathlib import Path

import pytest

from ari_app.domain.errors import BadSettings
from ari_app.settings import Settings

REQUIRED = {
    "HOTLINE_ARI_URL": "http://127.0.0.1:8088",
    "HOTLINE_ARI_PASSWORD": "open sesame",
    "HOTLINE_DATABASE_URL": "postgresql://engine:abracadabra@127.0.0.1/hotline",
    "HOTLINE_REDIS_URL": "redis://:hocuspocus@127.0.0.1/0",
    "HOTLINE_RECORDINGS": "/srv/recordings",
    "HOTLINE_STATE": "/srv/state",
}


def problems(**changed: str) -> tuple[str, ...]:
    with pytest.raises(BadSettings) as raised:
        Settings.from_env(REQUIRED | changed)
    return raised.value.problems


def test_what_must_be_set_is_enough() -> None:
    settings = Settings.from_env(REQUIRED)

    assert settings.recordings == Path("/srv/recordings")
    assert (settings.agi_host, settings.web_host) == ("127.0.0.1", "127.0.0.1")


def test_everything_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as raised:
        Settings.from_env({})

    named = [problem.partition(" ")[0] for problem in raised.value.problems]
    assert named == list(REQUIRED)


def test_an_empty_variable_is_not_set() -> None:
    (problem,) = problems(HOTLINE_ARI_URL="")

    assert problem.startswith("HOTLINE_ARI_URL is not set (")


def test_every_field_can_be_set_by_its_variable() -> None:
    values = {"HOTLINE_NODE": "node7", "HOTLINE_ARI_LANES": "3", "HOTLINE_LOG_LEVEL": "debug"}

    settings = Settings.from_env(REQUIRED | values)

    assert (settings.node, settings.log_level) == ("node7", "debug")
    assert settings.ari_apps == ("hotline-0", "hotline-1", "hotline-2")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HOTLINE_AGI_PORT", "0"),
        ("HOTLINE_AGI_PORT", "65536"),
        ("HOTLINE_AGI_PORT", "http"),
        ("HOTLINE_ARI_LANES", "0"),
        ("HOTLINE_HEARTBEAT_SECONDS", "0"),
        ("HOTLINE_HEARTBEAT_SECONDS", "-1"),
        ("HOTLINE_HEARTBEAT_SECONDS", "nan"),
        ("HOTLINE_HEARTBEAT_SECONDS", "86400"),
        ("HOTLINE_DISK_ALARM_PERCENT", "100"),
        ("HOTLINE_LOG_LEVEL", "loud"),
        ("HOTLINE_WEB_HOST", "0.0.0.0"),
        ("HOTLINE_AGI_HOST", "192.168.1.5"),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_what_it_is_for(variable: str, value: str) -> None:
    (problem,) = problems(**{variable: value})

    assert problem.startswith(f"{variable}={value!r}: ")
    assert problem.endswith(")")


def test_all_wrong_values_are_told_at_once() -> None:
    found = problems(HOTLINE_AGI_PORT="x", HOTLINE_LOG_LEVEL="x", HOTLINE_STATE="")

    assert len(found) == 3


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.metadata["help"] for field in dataclasses.fields(Settings))


def test_no_secret_shows_when_settings_are_printed() -> None:
    settings = Settings.from_env(REQUIRED | {"HOTLINE_CONTROL_TOKEN": "shazam"})

    for secret in ("open sesame", "abracadabra", "hocuspocus", "shazam"):
        assert secret not in repr(settings)


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings.from_env(REQUIRED).node = "other"  # type: ignore[misc]


def test_opening_hours_are_meant_in_a_zone_that_exists() -> None:
    assert Settings.from_env(REQUIRED | {"HOTLINE_TIME_ZONE": "Europe/Berlin"}).time_zone
    assert problems(HOTLINE_TIME_ZONE="Peking")[0].startswith("HOTLINE_TIME_ZONE='Peking': no time")
