"""Tells a site's engine what to do, and says in our words what it answers."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ari_app.site.layout import Site

PATIENCE = 30.0  # seconds


async def order(site: "Site", door: str, wanted: dict[str, Any], kind: str) -> dict[str, Any]:
    """
    Args:
        door: what comes after `/control/`.
        wanted: the order; `id` is of this `kind` of thing.

    Raises:
        NotFound: nobody of that name.
        NotPossible: refused, with the reason.
        Unavailable: the engine does not answer, or could not reach what it needs.
    """
    import aiohttp

    from ari_app.commands.trouble import NotPossible
    from ari_app.domain.errors import NotFound, Unavailable

    address = f"http://127.0.0.1:{site.ports.web}/control/{door}"
    headers = {"Authorization": f"Bearer {site.secrets.control}"}
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=headers) as http,
            http.post(address, json=wanted) as answer,
        ):
            said: dict[str, Any] = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise Unavailable(f"ari_app: {str(error) or type(error).__name__}") from error
    match said.get("code"):
        case None:
            return said
        case "not_found":
            raise NotFound(kind, wanted["id"])
        case "unavailable":
            raise Unavailable(said["detail"])
    raise NotPossible(f"refused: {said['detail']}", "`hotline status` says how the engine is")
