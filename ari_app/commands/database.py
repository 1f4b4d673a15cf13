"""A command's one connection to its site's database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ari_app.site.layout import Site
    from ari_app.store.db import Connection


@asynccontextmanager
async def database(site: "Site") -> AsyncIterator["Connection"]:
    """
    Raises:
        Unavailable: PostgreSQL does not answer, or ended the statement.
        NotPossible: the tables are not there.
    """
    import asyncpg

    from ari_app.commands.trouble import NotPossible
    from ari_app.domain.errors import Unavailable
    from ari_app.store.db import TROUBLE, connector

    connection = await connector(site.database_url, within=3.0)()
    try:
        yield connection
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError) as error:
        raise NotPossible(
            f"the database is older than this program: {error}", "`hotline migrate`"
        ) from error
    except TROUBLE as error:
        if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError):
            raise  # of a file, and none of PostgreSQL's business
        raise Unavailable(f"PostgreSQL: {str(error) or type(error).__name__}") from error
    finally:
        await connection.close()
