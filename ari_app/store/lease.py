"""Who is in charge: the `lease` table. The fence rises with each taking."""

from dataclasses import dataclass
from datetime import timedelta

from ari_app.domain.errors import Fenced
from ari_app.store.db import Db


@dataclass(frozen=True, slots=True)
class Lease:
    """What every write of its holder carries."""

    name: str
    holder: str
    fence: int


async def take(db: Db, name: str, *, holder: str, valid: timedelta) -> Lease | None:
    """The lease if it was free, has run out, or was this holder's; None while another has it.

    A holder who takes it again (a restarted process) fences out whoever it was before.
    """
    fence = await db.fetchval(
        """
        INSERT INTO lease (name, holder, fence, expires_at)
        VALUES ($1, $2, 1, now() + $3)
        ON CONFLICT (name) DO UPDATE
           SET holder = excluded.holder,
               fence = lease.fence + 1,
               expires_at = excluded.expires_at
         WHERE lease.expires_at < now()
            OR lease.holder = excluded.holder
        RETURNING fence
        """,
        name,
        holder,
        valid,
    )
    return None if fence is None else Lease(name, holder, fence)


async def renew(db: Db, lease: Lease, *, valid: timedelta) -> None:
    """Also one that has run out, as long as nobody else took it.

    Raises:
        Fenced: somebody did.
    """
    renewed = await db.fetchval(
        """
        UPDATE lease
           SET expires_at = now() + $3
         WHERE name = $1
           AND fence = $2
        RETURNING true
        """,
        lease.name,
        lease.fence,
        valid,
    )
    if renewed is None:
        raise Fenced(f"lease {lease.name} has a newer fence than {lease.fence}")


async def release(db: Db, lease: Lease) -> None:
    """Lets another take it at once; nothing if somebody already has."""
    await db.execute(
        "UPDATE lease SET expires_at = '-infinity' WHERE name = $1 AND fence = $2",
        lease.name,
        lease.fence,
    )
