"""What an engine starts from: its settings, the database, flows that can be run, the lease."""

from functools import partial

from ari_app.app import Engine
from ari_app.settings import Settings
from ari_app.store import flow_versions
from ari_app.store.db import ask, connector, patient_pool
from ari_app.store.news import listen
from ari_app.web.json_service import fetched
from ari_app.workers import ownership, staffing
from ari_app.workers.enquiries import enquiries_of
from ari_app.workers.flow_book import prompt_names
from ari_app.workers.flow_shelf import FlowShelf
from ari_app.workers.staffing import flow_names


async def build(settings: Settings) -> Engine:
    """Raises: BadFlow, BadSettings, or Unavailable after a minute without the database."""
    pool = await patient_pool(settings.database_url)
    names = partial(flow_names, settings.manifest)
    news = partial(listen, connector(settings.database_url), flow_versions.CHANGED)
    flows = FlowShelf(
        partial(ask, pool),
        news,
        names,
        source=settings.flows,
        state=settings.state,
        hosts=settings.allowed_hosts,
    )
    await flows.start()
    prompts = prompt_names(settings.manifest)
    async with pool.acquire() as db:
        await staffing.load_queues(db, prompts, flows.now.leads)
    lease = await ownership.take(partial(ask, pool), settings.node)
    time = Engine.clock, settings.time_zone
    answering = enquiries_of(partial(ask, pool), settings.database_url, fetched, time)
    return Engine(settings, pool, flows, lease, answering)
