"""What all facts have in common."""

import re
from datetime import datetime
from uuid import UUID

import msgspec


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class HappensAt(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", tag=_snake):
    at: datetime


class OfCall(HappensAt, frozen=True, kw_only=True):
    call_id: UUID
    arrived_at: datetime
