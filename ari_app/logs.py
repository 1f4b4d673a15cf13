"""One JSON object per line on standard error, for every process.

Modules log with the standard library: `log.info("what happened", extra={"call_id": ...})`.
Numbers, names and digits of people go under keys that begin with `pii_`.
"""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_KEPT_DIGITS = 4
_MASKED_FROM = logging.INFO


def configure(level: str, process: str, stream: TextIO | None = None) -> None:
    """Replaces whatever was set up before. `level` is a name such as `info`."""
    logging.captureWarnings(True)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(process))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    structlog.configure(
        processors=[*_described(process), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def mask_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Only the last four digits of what belongs to a person, except in records at DEBUG."""
    if logging.getLevelNamesMapping().get(str(event.get("level", "")).upper(), 99) < _MASKED_FROM:
        return event
    for key in event:
        if key.startswith("pii_"):
            event[key] = masked(event[key])
    return event


def masked(value: object) -> str:
    """`13800138000` becomes `*******8000`; a name, or a number too short to hide, only stars."""
    text = str(value)
    tail = text[-_KEPT_DIGITS:]
    if len(text) < 2 * _KEPT_DIGITS - 1 or not (tail.isascii() and tail.isdigit()):
        return "*" * min(len(text), _KEPT_DIGITS)
    return "*" * (len(text) - _KEPT_DIGITS) + tail


def _formatter(process: str) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_described(process), structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask_personal,
            # ASCII only: text from outside cannot break a line or drive a terminal.
            structlog.processors.JSONRenderer(default=str),
        ],
    )


def _described(process: str) -> list[Processor]:
    def add_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        add_process,
    ]
