import pytest

from ari_app.domain.errors import Unavailable
from ari_app.site.e1 import judge, spans

HEAD = (
    "Description                              Alarms  IRQ    bpviol CRC    Fra Codi Options  LBO\n"
)


def row(name: str, alarm: str) -> str:
    return f"{name:<40} {alarm:<7} 0      0      0      CCS HDB3 CRC4     0 db (CSU)/0-133 feet\n"


def test_spans_without_an_alarm_are_counted() -> None:
    shown = HEAD + row("TE220 (PCI) Card 0 Span 1", "OK") + row("TE220 (PCI) Card 0 Span 2", "OK")

    assert list(spans(shown)) == ["TE220 (PCI) Card 0 Span 1", "TE220 (PCI) Card 0 Span 2"]
    assert judge(shown) == "2 spans"


def test_a_span_with_an_alarm_is_named() -> None:
    with pytest.raises(Unavailable, match="Span 2: BLU/RED"):
        judge(HEAD + row("Span 1", "OK") + row("Span 2", "BLU/RED"))


@pytest.mark.parametrize(
    "shown",
    [
        "No DAHDI found. Unable to open /dev/dahdi/ctl: No such file or directory\n",
        "No such command 'dahdi show status'\n",
        HEAD,
    ],
)
def test_without_a_card_it_says_so_and_that_sip_goes_on(shown: str) -> None:
    with pytest.raises(Unavailable, match=r"no card.*SIP go on"):
        judge(shown)


def test_an_asterisk_that_does_not_answer_says_nothing_of_cards() -> None:
    with pytest.raises(Unavailable, match="Asterisk does not answer"):
        judge("")
