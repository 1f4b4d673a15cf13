"""Sounds as one Asterisk plays them."""

from pathlib import Path

from ari_app.sounds.publish import publish


def test_a_law_is_published_as_linear_samples(tmp_path: Path) -> None:
    source = tmp_path / "generated"
    (source / "numbers").mkdir(parents=True)
    (source / "numbers" / "7.alaw").write_bytes(bytes([0xD5, 0x55, 0xAA]))
    (source / "numbers" / "7.sln16").write_bytes(b"wide")

    publish(source, tmp_path / "site")

    assert (tmp_path / "site/numbers/7.sln").read_bytes() == (
        (8).to_bytes(2, "little", signed=True)
        + (-8).to_bytes(2, "little", signed=True)
        + (32256).to_bytes(2, "little", signed=True)
    )
    assert (tmp_path / "site/numbers/7.sln16").read_bytes() == b"wide"
    assert not (tmp_path / "site/numbers/7.alaw").exists()


def test_an_empty_sound_stays_empty(tmp_path: Path) -> None:
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/nothing.alaw").touch()

    publish(tmp_path / "generated", tmp_path / "site")

    assert (tmp_path / "site/nothing.sln").read_bytes() == b""
