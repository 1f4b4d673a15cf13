import os
import stat
from pathlib import Path

import pytest

from ari_app.domain.errors import BadSettings, NotFound
from ari_app.settings import Settings
from ari_app.site.layout import STATE_FILE, Site


def test_a_site_is_made_once_and_found_again(tmp_path: Path) -> None:
    made = Site.create(tmp_path / "site", ["1001", "1002"])

    assert Site.create(tmp_path / "site", ["1003"]).state == made.state
    assert Site.load(tmp_path / "site").state == made.state
    assert [phone.extension for phone in made.state.phones] == ["1001", "1002"]


def test_two_sites_share_neither_ports_nor_secrets_nor_phone_names(tmp_path: Path) -> None:
    one, other = (Site.create(tmp_path / name, ["1001"]) for name in "ab")

    assert one.ports != other.ports
    assert one.secrets.ari != other.secrets.ari
    assert one.state.phones[0].name != other.state.phones[0].name


def test_all_ports_of_a_site_are_different(tmp_path: Path) -> None:
    site = Site.create(tmp_path / "site")
    ports = [getattr(site.ports, name) for name in site.ports.__struct_fields__]

    assert len({*ports, site.state.world_port}) == len(ports) + 1


def test_all_secrets_are_long_and_different(tmp_path: Path) -> None:
    secrets = Site.create(tmp_path / "site").secrets
    values = [getattr(secrets, name) for name in secrets.__struct_fields__]

    assert len(set(values)) == len(values)
    assert all(len(value) >= 32 for value in values)


def test_what_the_site_remembers_is_for_its_owner_only(tmp_path: Path) -> None:
    site = Site.create(tmp_path / "site")

    assert stat.S_IMODE((site.folder / STATE_FILE).stat().st_mode) == 0o600


def test_more_trunks_have_ports_of_their_own(tmp_path: Path) -> None:
    site = Site.create(tmp_path / "site", (), ["second"])

    world, second = site.state.trunks
    assert (world.name, world.port) == ("world", site.state.world_port)
    assert (second.name, second.port != world.port) == ("second", True)


def test_where_no_site_was_made_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Site.load(tmp_path / "nothing")


@pytest.mark.parametrize("text", ["", "{", "{}", '{"ports": 7}'])
def test_an_unreadable_site_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / STATE_FILE).write_text(text)

    with pytest.raises(BadSettings, match=f"remove {tmp_path} to start afresh"):
        Site.load(tmp_path)


def test_its_environment_is_a_whole_set_of_settings(tmp_path: Path) -> None:
    site = Site.create(tmp_path / "site")

    settings = Settings.from_env(site.environment())

    assert settings.web_port == site.ports.web
    assert settings.database_url.startswith("postgresql://hotline_engine:")
    assert settings.flows.is_dir()
    assert settings.manifest.is_file()


def test_each_role_has_its_own_way_into_the_database(tmp_path: Path) -> None:
    site = Site.create(tmp_path / "site")
    urls = {site.database_url, site.agi_database_url, site.owner_url}

    assert len(urls) == 3
    assert all(url.endswith(f"@127.0.0.1:{site.ports.postgres}/hotline") for url in urls)


# ---- run as root from a checkout that other users cannot reach ----


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    folder = tmp_path / "root"
    folder.mkdir(mode=0o700)
    return folder


def test_below_a_closed_folder_the_site_is_a_link_to_where_services_can_go(
    closed: Path,
) -> None:
    site = Site.create(closed / "site")

    assert site.folder.is_relative_to(os.environ["HOTLINE_CACHE"])
    assert (closed / "site").resolve() == site.folder
    assert Site.load(closed / "site").state == site.state


def test_the_link_is_made_in_folders_that_are_not_there_yet(closed: Path) -> None:
    Site.create(closed / "not" / "yet" / "site")

    assert (closed / "not" / "yet" / "site").is_symlink()


def test_an_empty_folder_gives_way_to_the_link(closed: Path) -> None:
    (closed / "site").mkdir()

    site = Site.create(closed / "site")

    assert (closed / "site").resolve() == site.folder


def test_a_folder_with_other_things_in_it_is_left_alone(closed: Path) -> None:
    (closed / "site").mkdir()
    (closed / "site" / "thesis.txt").write_text("years of work")

    with pytest.raises(BadSettings, match="it is not empty"):
        Site.create(closed / "site")
    assert (closed / "site" / "thesis.txt").exists()


def test_a_site_that_was_made_there_before_is_the_site(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: 1000)
        made = Site.create(closed / "site")

    assert Site.create(closed / "site").state == made.state


def test_the_same_checkout_keeps_its_stand_in(closed: Path) -> None:
    first = Site.create(closed / "site")
    (closed / "site").unlink()

    assert Site.create(closed / "site").state == first.state


def test_a_stand_in_knows_whose_it_is_and_when_it_was_last_used(closed: Path) -> None:
    origin = Site.create(closed / "site").folder / "origin"
    os.utime(origin, (0, 0))

    Site.create(closed / "site")

    assert origin.read_text().strip() == str(closed / "site")
    assert origin.stat().st_mtime > 0
