"""Asterisk's configuration: templates in asterisk-conf/, filled with a site's choices."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from ari_app.site.layout import SOURCE

TEMPLATES = SOURCE / "asterisk-conf"
DIALPLAN = SOURCE / "dialplan"


def render(target: Path, values: Mapping[str, Any], *, overrides: Path | None = None) -> None:
    """Writes every `*.conf.j2` into `target`, and `*.local.conf` of the operator beside it.

    A template of the same name in `overrides` wins, and may extend `product/<name>`.
    Files are readable by their owner's group only: they hold passwords.
    """
    folders = [path for path in (overrides, TEMPLATES) if path]
    product = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.FileSystemLoader(folders), jinja2.PrefixLoader({"product": product})]
        ),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    target.mkdir(parents=True, exist_ok=True)
    names = {path.name for folder in folders for path in folder.glob("*.conf.j2")}
    for name in sorted(names):
        _write(target / name.removesuffix(".j2"), environment.get_template(name).render(values))
    for local in TEMPLATES.glob("*.local.conf"):
        _write(target / local.name, local.read_text())


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
