from pathlib import Path

from ari_app.commands.checks.settings import check_choices, check_settings
from ari_app.domain.finding import Level
from tests.unit.commands.samples import site_in


def test_a_site_as_it_is_made_has_good_settings(tmp_path: Path) -> None:
    env = {"PATH": "/bin", "HOTLINE_SITE": "x", "HOTLINE_WATCHDOG_SECONDS": "5"}

    assert list(check_settings(site_in(tmp_path), env)) == []


def test_a_setting_in_the_environment_is_checked_too(tmp_path: Path) -> None:
    wrong = {"HOTLINE_SWEEP_SECONDS": "soon", "HOTLINE_WEB_PORT": "99999"}

    found = list(check_settings(site_in(tmp_path), wrong))

    assert {each.place for each in found} == wrong.keys()
    assert all(each.level is Level.ERROR for each in found)


def test_a_name_that_is_no_setting_is_a_warning() -> None:
    (found,) = check_settings(None, {"HOTLINE_RING_SECOND": "5"})

    assert found.level is Level.WARNING
    assert "unset" in found.cure


def test_a_wrong_line_of_the_sites_own_file_is_an_error(tmp_path: Path) -> None:
    site = site_in(tmp_path)
    site.choices_file.write_text("\nHOTLINE_E1=isdn\n")

    (found,) = check_choices(site)

    assert (found.level, found.place) == (Level.ERROR, "line 2")
    assert "isdn" in found.what


def test_e1_without_a_card_is_a_warning(tmp_path: Path) -> None:
    site = site_in(tmp_path)
    site.choices_file.write_text("HOTLINE_E1=pri\n")

    (found,) = check_choices(site, driver=tmp_path / "no-such-device")

    assert (found.level, found.place) == (Level.WARNING, "HOTLINE_E1")
    assert list(check_choices(site, driver=tmp_path)) == []
