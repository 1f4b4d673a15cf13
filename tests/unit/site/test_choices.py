"""The file of one site's settings: what it may say, and what is said of it when it is wrong."""

from pathlib import Path

import pytest

from ari_app.domain.errors import BadSettings
from ari_app.site.choices import Choices, example, settings

PHONES = ("1001", "1002")


def read(folder: Path, *lines: str) -> Choices:
    path = folder / "hotline.env"
    path.write_text("\n".join(lines), encoding="utf-8")
    return Choices.read(path, PHONES)


def problems(folder: Path, *lines: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        read(folder, *lines)
    return [
        problem.removeprefix(f"{folder / 'hotline.env'}, ") for problem in caught.value.problems
    ]


def test_without_a_file_nothing_is_chosen(tmp_path: Path) -> None:
    assert Choices.read(tmp_path / "hotline.env") == Choices()


def test_the_file_of_a_new_site_chooses_nothing_and_names_every_setting(tmp_path: Path) -> None:
    assert read(tmp_path, example()) == Choices()
    assert all(f"\n#{variable}=" in example() for variable, _, _ in settings())


def test_every_default_that_is_shown_may_be_written_down(tmp_path: Path) -> None:
    shown = read(tmp_path, *(f"{variable}={default}" for variable, _, default in settings()))

    assert (shown.sip_bind, shown.gate_seconds, shown.e1) == ("127.0.0.1", 4, "")
    assert shown.setting("ari_lanes") == Choices().setting("ari_lanes") == 2


def test_what_is_chosen_is_read(tmp_path: Path) -> None:
    chosen = read(
        tmp_path,
        "# of the office",
        "",
        "HOTLINE_SIP_BIND=192.0.2.7",
        "HOTLINE_SIP_ALLOW = 192.0.2.0/24, 198.51.100.0/24",
        'export HOTLINE_E1="pri"',
        "HOTLINE_FALLBACK_PHONES=1002",
        "HOTLINE_ARI_LANES=4",
    )

    assert chosen == Choices(
        sip_bind="192.0.2.7",
        sip_allow=("192.0.2.0/24", "198.51.100.0/24"),
        e1="pri",
        fallback_phones=("1002",),
        passed_on={"HOTLINE_ARI_LANES": "4"},
    )
    assert chosen.setting("ari_lanes") == 4


@pytest.mark.parametrize(
    ("bind", "host"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("192.0.2.7", "192.0.2.7")],
)
def test_this_machine_reaches_sip_wherever_it_listens(bind: str, host: str) -> None:
    assert Choices(sip_bind=bind).sip_host == host


def test_no_phone_at_all_may_ring_in_the_fallback(tmp_path: Path) -> None:
    assert read(tmp_path, "HOTLINE_FALLBACK_PHONES=none").fallback_phones == ()
    assert read(tmp_path, "HOTLINE_FALLBACK_PHONES=").fallback_phones is None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("hello", "is not KEY=VALUE"),
        ("HOTLINE_COLOUR=red", "HOTLINE_COLOUR is no setting of a site"),
        ("hotline_e1=pri", "hotline_e1 is no setting of a site"),
        ("HOTLINE_DATABASE_URL=x", "HOTLINE_DATABASE_URL follows from the site"),
        ("HOTLINE_E1=isdn", "HOTLINE_E1=isdn: one of pri, ss7, r2"),
        ("HOTLINE_SIP_BIND=::", "HOTLINE_SIP_BIND=::: "),
        ("HOTLINE_SIP_ALLOW=10.0.0.1/8", "has host bits set"),
        ("HOTLINE_GATE_SECONDS=1", "must be 2 to 60"),
        ("HOTLINE_LOG_LEVEL=loud", "one of debug, info"),
        ("HOTLINE_FALLBACK_PHONES=1001,1009", "there is no phone 1009"),
        ("HOTLINE_SIP_BIND=0.0.0.0", "needs HOTLINE_SIP_ALLOW"),
        ("HOTLINE_HEARTBEAT_SECONDS=4", "HOTLINE_GATE_SECONDS must be a second more"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, told: str) -> None:
    (problem,) = problems(tmp_path, "# a comment", line)

    assert problem.startswith("line 2: ")
    assert told in problem


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, "HOTLINE_E1=x", "HOTLINE_E1=pri", "HOTLINE_WHAT=1")

    assert [problem.partition(":")[0] for problem in found] == ["line 1", "line 2", "line 3"]
    assert "line 1 already" in found[1]


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hotline.env"
    path.write_bytes("# 热线".encode("gb18030"))

    with pytest.raises(BadSettings, match="UTF-8"):
        Choices.read(path)
