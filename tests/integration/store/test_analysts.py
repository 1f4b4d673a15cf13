"""The ready queries of docs/analysts.md run, as the role that will run them."""

import re
from pathlib import Path

import pytest

from ari_app.store import fact_sql, seed
from ari_app.store.db import Connection
from tests.integration.store.story import Story

PAGE = (Path(__file__).parents[3] / "docs" / "analysts.md").read_text()
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
async def test_a_ready_query_runs_for_an_analyst(db: Connection, query: str) -> None:
    await seed.seed(db)
    await fact_sql.apply(db, Story().talked())
    await db.execute("SET ROLE analyst")

    await db.fetch(query)


async def test_the_page_names_every_view(db: Connection) -> None:
    views = await db.fetch("SELECT viewname FROM pg_views WHERE schemaname = 'public'")

    assert [view["viewname"] for view in views if f"`{view['viewname']}`" not in PAGE] == []
