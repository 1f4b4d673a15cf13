"""The published flows: the version in force, and those that calls under way still run on.

    in force       what was published last, taken at once; new calls get it
    under way      a call holds the version it began with, and names it in its saved step
    kept on disk   the version in force, for a start while PostgreSQL cannot be asked

A site that has never published anything publishes its files. A version that cannot be run (a newer
program may have other node types) is not taken: what was in force stays; at the start the files
come into force.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from pathlib import Path
from typing import Never
from weakref import WeakValueDictionary

import msgspec

from ari_app.domain.errors import BadFlow, Conflict, NotFound, Unavailable
from ari_app.domain.flow import Names
from ari_app.domain.flow_files import QUERIES, FlowFiles, query_texts
from ari_app.store import flow_versions
from ari_app.store.db import Db
from ari_app.store.flow_versions import Wish
from ari_app.workers.flow_book import FlowBook, read_book, read_files
from ari_app.workers.follower import Follower, Listen
from ari_app.workers.query_book import read_queries
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

KEPT = "flows.json"
BY_ITSELF = ("hotline", "the first start of this site: its files")


class _Kept(msgspec.Struct):
    number: int
    files: dict[str, str]


class FlowShelf:
    def __init__(
        self,
        ask: Ask,
        listen: Listen,
        names: Callable[[Db], Awaitable[Names]],
        *,
        source: Path,
        state: Path,
        hosts: Collection[str] = (),
    ) -> None:
        """
        Args:
            names: what flows may name at present.
            hosts: that queries may ask.
            source: the folder of the flow files.
            state: the folder for what must survive while PostgreSQL is away.
        """
        self._ask = ask
        self._names = names
        self._source = source
        self._hosts = hosts
        self._kept = state / KEPT
        self.follower = Follower("flows", listen, self.load)
        self._books: WeakValueDictionary[str, FlowBook] = WeakValueDictionary()
        self._now: FlowBook | None = None
        self.number: int | None = None  # of what is in force; None: it was never published

    # ---- what calls ask ----

    @property
    def now(self) -> FlowBook:
        """What new calls get."""
        assert self._now is not None, "started"
        return self._now

    def of(self, version: str) -> FlowBook:
        """The version a call began with; what is in force where that is not to be had."""
        return self._books.get(version, self.now)

    # ---- keeping up ----

    async def start(self) -> None:
        """Raises: BadFlow when neither what was published nor the files can be run."""
        try:
            await self._first_load()
        except Unavailable as error:
            kept = await asyncio.to_thread(self._read_kept)
            log.warning("flows as they were last known: %s", error)
            if kept is None:
                self._use(self._read(read_files(self._source), None), None)
            else:
                self._use(self._read(kept.files, None), kept.number)

    async def _first_load(self) -> None:
        if await self._ask(flow_versions.latest) is None:
            await self._publish_files()
        try:
            await self.load()
        except BadFlow as error:
            log.error("what was published cannot be run, the files are used: %s", error)
            names = await self._ask(self._names)
            self._use(self._read(read_files(self._source), names), None)

    async def _publish_files(self) -> None:
        files = read_files(self._source)
        self._read(files, await self._ask(self._names))
        who, why = BY_ITSELF
        try:
            wish = Wish(files=files, who=who, why=why, seen=None)
            await self._ask(lambda db: flow_versions.publish(db, wish))
        except Conflict:
            log.info("another process published first")

    async def load(self) -> None:
        """Takes what was published last.

        Raises:
            BadFlow: it cannot be run; all stays as it was.
            Unavailable: it does too.
        """
        version = await self._ask(flow_versions.latest)
        if version is None or version.number == self.number:
            return
        files = await self._ask(partial(_files, version.version))
        book = self._books.get(version.version)
        if book is None or book is not self._now:  # else only its number is new
            book = self._read(files, await self._ask(self._names))
        self._use(book, version.number)
        await asyncio.to_thread(self._keep, _Kept(version.number, dict(files)))

    async def bring(self, versions: Collection[str]) -> Collection[FlowBook]:
        """Those that calls of an earlier process began with, for as long as somebody holds them.

        Raises:
            Unavailable: PostgreSQL did not answer.
        """
        books = []
        for version in versions:
            if version and version not in self._books:
                try:
                    files = await self._ask(partial(_files, version))
                    self._books[version] = book = self._read(files, None)
                    books.append(book)
                except (NotFound, BadFlow) as error:
                    log.error("calls go on with the flows in force: %s", error)
        return books

    async def run(self) -> Never:
        """Follows what others publish until cancelled."""
        await self.follower.run()

    def _read(self, files: FlowFiles, names: Names | None) -> FlowBook:
        """What was published before queries were part of it asks those of the folder."""
        if query_texts(files):
            return read_book(files, names, self._hosts)
        before, _ = read_queries(self._source.parent / QUERIES, self._hosts)
        return read_book(files, names, self._hosts, before)

    def _use(self, book: FlowBook, number: int | None) -> None:
        self._now, self.number = book, number
        self._books[book.version] = book
        log.info("flows in force", extra={"number": number, "version": book.version})

    # ---- the last known version on disk ----

    def _keep(self, kept: _Kept) -> None:
        fresh = self._kept.with_suffix(".new")
        try:
            fresh.write_bytes(msgspec.json.encode(kept))
            fresh.replace(self._kept)
        except OSError as error:
            log.warning("the flows in force are not kept on disk: %s", error)

    def _read_kept(self) -> _Kept | None:
        try:
            return msgspec.json.decode(self._kept.read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            log.warning("no flows are kept on disk: %s", error)
            return None


async def _files(version: str, db: Db) -> FlowFiles:
    return await flow_versions.files(db, version)
