"""Asterisk's files as they are written for one site."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ari_app.site.asterisk import Asterisk, product_asterisk
from ari_app.site.choices import SIGNALLINGS, Choices
from ari_app.site.layout import Site
from ari_app.site.programs import AsteriskProgram

PROGRAM = AsteriskProgram(Path("/x/asterisk"), "22.10.1", Path("/x/modules"), Path("/x/data"))


@pytest.fixture
def asterisk(tmp_path: Path) -> Asterisk:
    site = Site.create(tmp_path / "site", ("1001", "1002"))
    return replace(product_asterisk(site, PROGRAM, None), changes=tmp_path / "changes")


def chosen(asterisk: Asterisk, choices: Choices) -> Asterisk:
    site = Site.load(asterisk.folder.parent)
    return replace(asterisk, values=product_asterisk(site, PROGRAM, None, choices).values)


def rendered(asterisk: Asterisk, name: str) -> str:
    asterisk.render()
    return (asterisk.etc / name).read_text()


def settings(text: str) -> list[str]:
    """Without comments and blank lines."""
    return [line for line in text.splitlines() if line and not line.startswith(";")]


def test_each_file_reads_the_sites_own_changes(asterisk: Asterisk) -> None:
    asterisk.render()

    for conf in asterisk.etc.glob("*.conf"):
        lines = settings(conf.read_text())
        place = lines.index(f'#tryinclude "{asterisk.etc}/{conf.stem}.local.conf"')
        assert place == (1 if conf.name == "rtp.conf" else len(lines) - 1)


def test_a_change_lies_beside_the_file_and_goes_when_the_operator_removes_it(
    asterisk: Asterisk, tmp_path: Path
) -> None:
    change = tmp_path / "changes" / "rtp.local.conf"
    change.parent.mkdir()
    change.write_text("[general](+)\ndtmftimeout = 2400\n")
    assert "dtmftimeout" in rendered(asterisk, "rtp.local.conf")

    change.unlink()
    asterisk.render()

    assert not (asterisk.etc / "rtp.local.conf").exists()


def test_another_asterisk_reads_none_of_them(asterisk: Asterisk, tmp_path: Path) -> None:
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes" / "rtp.local.conf").write_text("[general](+)\n")

    replace(asterisk, changes=None).render()

    assert not list(asterisk.etc.glob("*.local.conf"))


@pytest.mark.parametrize("signalling", SIGNALLINGS)
def test_a_site_with_e1_has_the_channel_driver_and_thirty_channels(
    asterisk: Asterisk, signalling: str
) -> None:
    e1 = chosen(asterisk, Choices(e1=signalling))

    assert "load = chan_dahdi.so" in rendered(e1, "modules.conf")
    lines = settings(rendered(e1, "chan_dahdi.conf"))
    assert lines[0].startswith("[")
    assert "context = from-span" in lines
    assert f"signalling = {'mfcr2' if signalling == 'r2' else signalling}" in [
        line.replace("_cpe", "") for line in lines
    ]
    assert voice_channels(lines) == [*range(1, 16), *range(17, 32)]


def voice_channels(lines: list[str]) -> list[int]:
    ranges = [
        part.split("-")
        for line in lines
        if line.startswith("channel =")
        for part in line.partition("=")[2].strip("> ").split(",")
    ]
    return [slot for low, high in ranges for slot in range(int(low), int(high) + 1)]


@pytest.mark.parametrize("signalling", SIGNALLINGS)
def test_the_carriers_values_are_read_before_the_channels(
    asterisk: Asterisk, signalling: str
) -> None:
    lines = settings(rendered(chosen(asterisk, Choices(e1=signalling)), "chan_dahdi.conf"))

    change = lines.index('#tryinclude "chan_dahdi.local.conf"')
    made = [i for i, line in enumerate(lines) if re.match(r"(sigchan|channel) =", line)]
    assert change < min(made)


def test_a_site_that_gives_e1_up_has_no_trace_of_it(asterisk: Asterisk) -> None:
    chosen(asterisk, Choices(e1="pri")).render()

    assert "dahdi" not in rendered(chosen(asterisk, Choices()), "modules.conf").partition("E1")[2]
    assert not (asterisk.etc / "chan_dahdi.conf").exists()


def test_sip_listens_where_the_operator_says_and_to_whom(asterisk: Asterisk) -> None:
    choices = Choices(sip_bind="192.0.2.7", sip_allow=("192.0.2.0/24",))
    site = Site.load(asterisk.folder.parent)

    text = rendered(chosen(asterisk, choices), "pjsip.conf")

    assert f"bind = 192.0.2.7:{site.ports.sip}\n" in text
    allowed = re.findall(r"^permit = (.+)$", text, re.MULTILINE)
    assert allowed == ["127.0.0.0/8", "192.0.2.0/24"]
    assert text.index("deny = 0.0.0.0/0.0.0.0") < text.index("permit = 127")


def test_the_dialplan_knows_what_was_chosen(asterisk: Asterisk) -> None:
    choices = Choices(
        gate_seconds=9, fallback_phones=("1002",), passed_on={"HOTLINE_ARI_LANES": "3"}
    )
    phone = Site.load(asterisk.folder.parent).state.phones[1]

    text = rendered(chosen(asterisk, choices), "extensions.conf")

    assert "\nGATE_SECONDS = 9\n" in text
    assert "\nARI_LANES = 3\n" in text
    assert f"\nFALLBACK_PHONES = PJSIP/{phone.name}\n" in text
