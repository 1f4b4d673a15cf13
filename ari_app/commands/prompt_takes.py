"""What `hotline prompts` does to recordings of a site, each with its entry in the audit."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ari_app.commands.trouble import NotPossible
from ari_app.domain.errors import NotFound
from ari_app.domain.speech.manifest import Kind, Manifest, read_manifest

if TYPE_CHECKING:
    from ari_app.site.layout import Site
    from ari_app.sounds.accept import Accepted
    from ari_app.sounds.takes import Take


def manifest_of_source() -> Manifest:
    from ari_app.site.layout import SOURCE

    return read_manifest((SOURCE / "sounds" / "manifest.toml").read_text(encoding="utf-8"))


def kind_of(name: str, language: str) -> Kind:
    """Raises: NotFound."""
    for prompt in manifest_of_source().prompts:
        if (prompt.name, prompt.language) == (name, language):
            return prompt.kind
    raise NotFound("prompt", f"{language}/{name}")


async def put_in(
    site: "Site", name: str, language: str, data: bytes, who: str
) -> "tuple[Take, Accepted]":
    """
    Raises:
        NotFound: no such prompt.
        NotPossible: the file cannot be a prompt; says why.
        Unavailable: PostgreSQL, so that it could not be written down.
    """
    from ari_app.sounds.accept import accept
    from ari_app.sounds.publish import publish_one
    from ari_app.sounds.takes import Take, Takes
    from ari_app.sounds.trouble import CannotSpeak

    silence = manifest_of_source().silence[kind_of(name, language)]
    try:
        accepted = await asyncio.to_thread(accept, data, silence)
    except CannotSpeak as error:
        raise NotPossible(error.problem, error.cure) from error
    now = datetime.now(UTC)
    take = Take(name, language, 0, who, now, "upload", accepted.seconds, accepted.level)
    detail = {"seconds": take.seconds, "level": take.level, "bytes": len(data)}
    await note(site, who, "prompt_put", name, language, detail)
    kept = Takes(site.prompts).keep(take, accepted.files)
    publish_one(accepted.files, site.sounds, language, name)
    return kept, accepted


async def take_back(site: "Site", name: str, language: str, who: str) -> "Take | None":
    """Raises: NotFound when nobody has recorded it here, Unavailable."""
    from ari_app.site.layout import SOURCE
    from ari_app.sounds.formats import RATES
    from ari_app.sounds.publish import publish_one
    from ari_app.sounds.takes import Takes

    takes = Takes(site.prompts)
    kind_of(name, language)
    taken = takes.in_force(name, language)
    if taken is None:
        raise NotPossible(
            f"nobody has recorded {language}/{name} here", "`hotline prompts` lists the recordings"
        )
    detail = {"take": taken.number, "by": taken.by}
    await note(site, who, "prompt_undone", name, language, detail)
    now = takes.undo(name, language)
    if now is not None:
        files = takes.files(now)
    else:
        generated = SOURCE / "sounds" / "generated" / language
        files = {suffix: (generated / f"{name}{suffix}").read_bytes() for suffix in RATES}
    publish_one(files, site.sounds, language, name)
    return now


async def publish_changes(site: "Site", who: str) -> tuple[int, list[str]]:
    """Sounds made, and prompts that callers hear anew.

    Raises: BadSettings or NotPossible when they cannot be made; nothing is published then.
    """
    import os

    from ari_app.site.cache import cache_folder
    from ari_app.site.installation import Installation
    from ari_app.site.layout import SOURCE
    from ari_app.sounds.espeak import Espeak
    from ari_app.sounds.generate import generate
    from ari_app.sounds.make import make
    from ari_app.sounds.plan import plan
    from ari_app.sounds.store import Cache
    from ari_app.sounds.trouble import CannotSpeak

    sounds = SOURCE / "sounds"
    try:
        wanted = await asyncio.to_thread(
            plan, manifest_of_source(), sounds, {Espeak.name: Espeak()}
        )
    except CannotSpeak as error:
        raise NotPossible(error.problem, error.cure) from error
    cache = Cache(cache_folder(os.environ, os.geteuid()) / "sounds")
    result = await asyncio.to_thread(
        generate, wanted, sounds / "generated", cache, make, 2, lambda *_: None
    )
    if result.failed:
        path, why = next(iter(result.failed.items()))
        raise NotPossible(f"{path}: {why}", "`make sounds` names all of them")
    changed = await asyncio.to_thread(Installation(site).publish_prompts)
    if changed:
        await note(site, who, "prompts_published", "", "", {"changed": changed})
    return len(result.made), changed


def published_file(site: "Site", name: str, language: str) -> Path:
    kind_of(name, language)
    path = site.sounds / language / "hotline" / f"{name}.sln"
    if not path.is_file():
        raise NotPossible(f"{path} is not there", "`hotline prompts publish`")
    return path


async def ring_and_play(site: "Site", name: str, language: str, agent: int) -> str:
    import getpass

    from ari_app.commands import engine

    wanted = {
        "id": agent,
        "prompt": name,
        "language": language,
        "who": getpass.getuser(),
        "why": "listens to a prompt",
    }
    done = await engine.order(site, "prompts/play", wanted, "agent")
    return str(done["phone"])


async def note(
    site: "Site", who: str, action: str, name: str, language: str, detail: dict[str, Any]
) -> None:
    """Before it is done: nothing is changed unseen."""
    from ari_app.commands.database import database
    from ari_app.store import trail

    subject = f"prompt {language}/{name}" if name else "prompts"
    async with database(site) as db:
        await trail.note(db, who=who, action=action, object=subject, detail=detail)
