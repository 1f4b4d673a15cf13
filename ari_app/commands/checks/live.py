"""Are the flow files what callers meet?"""

from pathlib import Path
from typing import TYPE_CHECKING

from ari_app.domain.finding import Finding, warning

if TYPE_CHECKING:
    from ari_app.site.layout import Site


async def check_live(site: "Site | None", folder: Path) -> list[Finding]:
    """Nothing where no database runs."""
    from ari_app.commands.database import database
    from ari_app.commands.flow.books import live
    from ari_app.domain.errors import HotlineError
    from ari_app.domain.flow_files import changed_files, path_of
    from ari_app.workers.flow_book import read_files

    if site is None:
        return []
    try:
        async with database(site) as db:
            found = await live(db)
    except HotlineError:
        return []
    if found is None:
        return []
    version, before = found
    changed = changed_files(before, read_files(folder))
    what = f"is not what is live (version {version.number}, by {version.who})"
    return [
        warning(
            str(path_of(name, folder)), "", what, "`hotline flow diff`, then `hotline flow publish`"
        )
        for name in changed
    ]
