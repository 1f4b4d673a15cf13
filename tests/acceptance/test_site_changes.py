"""A real Asterisk, on ports of its own, that reads what a site changed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ari_app.lab.lab import open_folder
from ari_app.site.asterisk import Asterisk, product_asterisk
from ari_app.site.choices import Choices
from ari_app.site.layout import Site
from ari_app.site.programs import find_asterisk
from ari_app.site.users import service_user

FILES = {
    "asterisk": "[options](+)\nmaxcalls = 7\n",
    "extensions": "[globals](+)\nGATE_SECONDS = 9\n",
    "modules": "[modules](+)\nload = func_version.so\n",
    "pjsip": "[carrier](trunk)\nrtp_timeout = 44\n",
    "rtp": "[general](+)\nrtpend = 31337\ndtmftimeout = 2400\n",
    "chan_dahdi": "switchtype = qsig\n",
}


@pytest.fixture(scope="module")
def asterisk() -> Iterator[Asterisk]:
    """With E1 on a machine without a card, and changes to several files."""
    with open_folder() as folder:
        changes = folder / "changes"
        changes.mkdir()
        for name, text in FILES.items():
            (changes / f"{name}.local.conf").write_text(text)
        asterisk = replace(_asterisk(folder / "site"), changes=changes)
        asterisk.render()
        try:
            asterisk.start()
            yield asterisk
        finally:
            asterisk.stop()


def _asterisk(folder: Path) -> Asterisk:
    user = service_user(("asterisk", "hotline"))
    return product_asterisk(Site.create(folder), find_asterisk(), user, Choices(e1="pri"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("core show settings", "Maximum calls: 7"),
        ("dialplan show globals", "GATE_SECONDS=9"),
        ("module show like func_version", "Running"),
        ("pjsip show endpoint carrier", "rtp_timeout : 44"),
        ("rtp show settings", "Port end: 31337"),
        ("rtp show settings", "DTMF Timeout: 2400"),
    ],
)
async def test_what_a_site_changes_counts(asterisk: Asterisk, question: str, answer: str) -> None:
    assert answer in " ".join(asterisk.console(question).split())


async def test_e1_without_a_card_keeps_nobody_from_starting(asterisk: Asterisk) -> None:
    assert "DAHDI Telephony" in asterisk.console("module show like chan_dahdi")
    assert "No DAHDI found" in asterisk.console("dahdi show status")
    assert "qsig" not in (asterisk.folder / "log" / "messages").read_text()  # it was understood
