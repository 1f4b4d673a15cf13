from pathlib import Path

import pytest

from ari_app.site.environment_file import environment_of, main, quoted
from ari_app.site.layout import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.create(tmp_path / "site", ["1001"])


def test_the_watchdog_learns_one_password_and_no_other(site: Site) -> None:
    told = "".join(environment_of(site, "watchdog").values())

    secrets = site.secrets
    assert secrets.ami in told
    others = (secrets.ari, secrets.engine, secrets.agi, secrets.redis, secrets.postgres)
    assert not any(secret in told for secret in others)


def test_agi_gets_its_own_role_of_the_database(site: Site) -> None:
    assert "hotline_agi" in environment_of(site, "agi")["HOTLINE_DATABASE_URL"]
    assert site.secrets.engine not in "".join(environment_of(site, "agi").values())


def test_each_line_is_one_variable(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(site.folder), "ari_app"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert f'HOTLINE_ARI_URL="{site.ari_url}"' in lines
    assert len(lines) == len(environment_of(site, "ari_app"))


def test_quotes_and_backslashes_stay_what_they_are() -> None:
    assert quoted('a "b" \\ c') == '"a \\"b\\" \\\\ c"'


def test_a_site_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "agi"]) == 1
    assert "site" in capsys.readouterr().err
