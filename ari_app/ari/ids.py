"""Ids of the objects an event is about, in one flat namespace (ids are ours and never clash)."""


def target_id(target_uri: str) -> str | None:
    """The id in a target such as `channel:abc` or `bridge:abc`; None when there is none."""
    return target_uri.partition(":")[2] or None


def present(*ids: str | None) -> tuple[str, ...]:
    """Those that are there, each once, in order."""
    return tuple(dict.fromkeys(one for one in ids if one is not None))
