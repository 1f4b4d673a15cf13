"""Loads what the dispatcher works with, and refuses what it could not work with."""

from collections.abc import Collection

from ari_app.domain.errors import BadSettings
from ari_app.domain.staff import Known, QueueConfig
from ari_app.store import queues
from ari_app.store.db import Db


async def load_queues(db: Db, prompts: Collection[str]) -> list[QueueConfig]:
    """Raises: BadSettings naming every queue that cannot be used, and why."""
    configs = await queues.load(db)
    known = Known(skills=await queues.known_skills(db), prompts=prompts)
    problems = [found for config in configs for found in config.problems(known)]
    if problems:
        raise BadSettings(problems)
    return configs


async def mailboxes(db: Db) -> Collection[str]:
    return {row["name"] for row in await db.fetch("SELECT name FROM mailbox")}
