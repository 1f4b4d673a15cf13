"""Loads what the dispatcher works with, and refuses what it could not work with."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from ari_app.domain.errors import BadSettings
from ari_app.domain.flow import Names
from ari_app.domain.queue_check import Known, queue_problems
from ari_app.domain.staff import QueueConfig
from ari_app.store import hours, queues
from ari_app.store.db import Db
from ari_app.workers.flow_book import prompt_names

NOTHING_NEEDED: Mapping[str, str] = MappingProxyType({})


async def load_queues(
    db: Db,
    prompts: Collection[str],
    flows: Mapping[str, str | None],
    needed: Mapping[str, str] = NOTHING_NEEDED,
) -> list[QueueConfig]:
    """
    Args:
        flows: as in Known, and so is `needed`.

    Raises:
        BadSettings: naming everything that cannot be used, and why.
    """
    configs = await queues.load(db)
    known = Known(
        skills=await queues.known_skills(db),
        prompts=prompts,
        mailboxes=await mailboxes(db),
        flows=flows,
        needed=needed,
    )
    if problems := queue_problems(configs, known):
        raise BadSettings(problems)
    return configs


async def known_names(db: Db, prompts: Collection[str]) -> Names:
    """What flows may name beside each other and their queries."""
    return Names(
        prompts,
        await queues.names(db),
        await mailboxes(db),
        schedules=await hours.names(db),
    )


async def mailboxes(db: Db) -> Collection[str]:
    return {row["name"] for row in await db.fetch("SELECT name FROM mailbox")}


async def flow_names(manifest: Path, db: Db) -> Names:
    """What flows may name at present."""
    return await known_names(db, prompt_names(manifest))
