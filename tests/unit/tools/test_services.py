from pathlib import Path

import pytest

from tools.setup.commands import Root
from tools.setup.services import MARK, services_stay_down
from tools.setup.trouble import CommandFailed

ME = Root()


def policy(top: Path) -> Path:
    return top / "usr/sbin/policy-rc.d"


def files(top: Path) -> list[str]:
    return sorted(str(path.relative_to(top)) for path in top.rglob("*") if path.is_file())


def test_package_scripts_may_start_nothing_and_create_no_cluster(tmp_path: Path) -> None:
    with services_stay_down(ME, tmp_path):
        drop_in = tmp_path / "etc/postgresql-common/createcluster.d/hotline-setup.conf"

        assert policy(tmp_path).read_text().endswith("exit 101\n")
        assert policy(tmp_path).stat().st_mode & 0o777 == 0o755
        assert "create_main_cluster = false" in drop_in.read_text()


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with services_stay_down(ME, tmp_path):
        pass

    assert files(tmp_path) == []
    assert not (tmp_path / "etc/postgresql-common").exists()


def test_nothing_is_left_behind_when_the_installation_fails(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed), services_stay_down(ME, tmp_path):
        raise CommandFailed("apt-get", "E: broken")

    assert files(tmp_path) == []


def test_nothing_is_left_behind_when_somebody_interrupts(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), services_stay_down(ME, tmp_path):
        raise KeyboardInterrupt

    assert files(tmp_path) == []


def test_the_policy_of_the_machines_owner_stays(tmp_path: Path) -> None:
    policy(tmp_path).parent.mkdir(parents=True)
    policy(tmp_path).write_text("#!/bin/sh\nexit 101 # owner\n")

    with services_stay_down(ME, tmp_path):
        pass

    assert policy(tmp_path).read_text() == "#!/bin/sh\nexit 101 # owner\n"


def test_a_policy_left_by_a_killed_set_up_is_removed(tmp_path: Path) -> None:
    policy(tmp_path).parent.mkdir(parents=True)
    policy(tmp_path).write_text(f"#!/bin/sh\n{MARK}\nexit 101\n")

    with services_stay_down(ME, tmp_path):
        pass

    assert not policy(tmp_path).exists()


def test_drop_ins_of_the_machines_owner_stay(tmp_path: Path) -> None:
    folder = tmp_path / "etc/postgresql-common/createcluster.d"
    folder.mkdir(parents=True)
    (folder / "owner.conf").write_text("ssl = on\n")

    with services_stay_down(ME, tmp_path):
        pass

    assert files(tmp_path) == ["etc/postgresql-common/createcluster.d/owner.conf"]
