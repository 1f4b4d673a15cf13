"""The flows of the files and the flows that are live, read."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ari_app.domain.flow_files import FlowFiles
    from ari_app.site.layout import Site
    from ari_app.store.db import Db
    from ari_app.store.flow_versions import FlowVersion
    from ari_app.workers.flow_book import FlowBook


def file_book() -> "FlowBook":
    """Raises: BadFlow when one of the files cannot be read."""
    from ari_app.workers.flow_book import read_book

    return read_book(source_files(), None)


def source_files() -> "FlowFiles":
    from ari_app.commands.flow.ground import flows_folder
    from ari_app.workers.flow_book import read_files

    return read_files(flows_folder())


async def live(db: "Db") -> "tuple[FlowVersion, FlowFiles] | None":
    """None before anything was published."""
    from ari_app.store import flow_versions

    version = await flow_versions.latest(db)
    if version is None:
        return None
    return version, await flow_versions.files(db, version.version)


async def live_book(site: "Site") -> "FlowBook":
    """Raises: NotPossible before anything was published."""
    from ari_app.commands.database import database
    from ari_app.commands.trouble import NotPossible
    from ari_app.workers.flow_book import read_book

    async with database(site) as db:
        found = await live(db)
    if found is None:
        raise NotPossible("no flows are published yet", "`hotline flow publish`")
    return read_book(found[1], None)
