"""Asterisk's configuration: templates in asterisk-conf/, filled with a site's choices."""

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from ari_app.site.layout import SOURCE

TEMPLATES = SOURCE / "asterisk-conf"
DIALPLAN = SOURCE / "dialplan"


def render(
    target: Path,
    values: Mapping[str, Any],
    *,
    overrides: Path | None = None,
    changes: Path | None = None,
) -> None:
    """Writes every `*.conf.j2` into `target`, readable by their owner's group only: passwords.

    Args:
        overrides: a template of the same name here wins, and may extend `product/<name>`.
        changes: the folder of the operator's `NAME.local.conf`, which NAME.conf reads.
    """
    folders = tuple(path for path in (overrides, TEMPLATES) if path)
    environment = _environment(folders)
    target.mkdir(parents=True, exist_ok=True)
    names = {path.name for folder in folders for path in folder.glob("*.conf.j2")}
    for name in sorted(names):
        text = environment.get_template(name).render(values)
        conf = target / name.removesuffix(".j2")
        _write(conf, text if "\n#tryinclude" in text else text + _changes(conf))
    for path in target.glob("*.local.conf"):
        path.unlink()  # the operator may have removed it
    for path in changes.glob("*.local.conf") if changes else ():
        _write(target / path.name, path.read_text())


@cache
def _environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    """Kept, for it keeps the compiled templates; a changed file is compiled again."""
    product = jinja2.FileSystemLoader(TEMPLATES)
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.FileSystemLoader(folders), jinja2.PrefixLoader({"product": product})]
        ),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def _changes(conf: Path) -> str:
    """A full path: while it reads asterisk.conf, Asterisk does not know its folder yet."""
    return f'\n; what this site changes\n#tryinclude "{conf.with_suffix(".local.conf")}"\n'


def render_e1(target: Path, signalling: str) -> None:
    """The channel driver's file for pri, ss7 or r2; none when the site has no E1."""
    conf = target / "chan_dahdi.conf"
    conf.unlink(missing_ok=True)
    if signalling:
        _write(conf, (TEMPLATES / "e1" / f"chan_dahdi.{signalling}.conf").read_text())


def copy_dialplan(target: Path, source: Path = DIALPLAN) -> None:
    """The dialplan files as they are; extensions.conf includes them by topic."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in sorted(source.glob("*.conf")):
        _write(target / path.name, path.read_text())


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o640)
    path.chmod(0o640)
    path.write_text(text)
