from pathlib import Path

import pytest

from watchdog.settings import BadSettings, Settings

ENOUGH = {
    "HOTLINE_AMI_PORT": "5038",
    "HOTLINE_AMI_PASSWORD": "secret",
    "HOTLINE_WATCHDOG_HEALTH": "/run/hotline/watchdog.json",
}


def test_three_variables_are_enough() -> None:
    settings = Settings.from_env(ENOUGH)

    assert settings.ami_port == 5038
    assert settings.health_file == Path("/run/hotline/watchdog.json")
    assert settings.patience_seconds == 6.0


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(BadSettings) as bad:
        Settings.from_env(
            {
                "HOTLINE_AMI_HOST": "10.0.0.1",
                "HOTLINE_AMI_PORT": "0",
                "HOTLINE_WATCHDOG_SECONDS": "-1",
                "HOTLINE_LOG_LEVEL": "loud",
            }
        )

    named = {problem.split(":")[0].split()[0] for problem in bad.value.args}
    assert named == {
        "HOTLINE_AMI_HOST",
        "HOTLINE_AMI_PORT",
        "HOTLINE_AMI_PASSWORD",
        "HOTLINE_WATCHDOG_HEALTH",
        "HOTLINE_WATCHDOG_SECONDS",
        "HOTLINE_LOG_LEVEL",
    }
