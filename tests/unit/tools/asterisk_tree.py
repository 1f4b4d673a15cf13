"""A folder that looks like an unpacked Asterisk; its loader is a shell script."""

from pathlib import Path

LOADER = """\
#!/bin/sh
[ "$3" = --library-path ] || exit 1
echo "Asterisk $(cat "$(dirname "$5")/version")+dfsg, called with $6"
"""


def make_tree(tree: Path, version: str = "22.10.1", machine: str = "x86_64-linux-gnu") -> Path:
    libraries = tree / "usr/lib" / machine
    (libraries / "asterisk/modules").mkdir(parents=True)
    loader = libraries / "ld-linux-x86-64.so.2"
    loader.write_text(LOADER)
    loader.chmod(0o755)
    program = tree / "usr/sbin/asterisk"
    program.parent.mkdir(parents=True)
    program.write_text("not run by itself")
    (program.parent / "version").write_text(version)
    sounds = tree / "usr/share/asterisk/sounds/en_US_f_Allison"
    sounds.mkdir(parents=True)
    (sounds / "beep.wav").write_bytes(b"RIFF")
    return tree
