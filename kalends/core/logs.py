"""Structured logs: one JSON object a line, request ids bound, secrets and contacts never written."""

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import nullcontext, suppress
from datetime import datetime
from functools import lru_cache
from typing import Any, TextIO

import structlog

from .clock import real_now

_SECRET_KEYS = re.compile(
    r"pass(word|wd)?|secret|token|authorization|cookie|otp|code_hash|api_?key|signature|email|phone",
    re.IGNORECASE,
)
_SECRET_VALUES = re.compile(
    r"eyJ[\w-]+\.[\w-]+\.[\w-]+|[\w.+-]+@[\w-]+\.[\w.-]+|Bearer\s+\S+", re.IGNORECASE
)
REDACTED = "[redacted]"
_LEVELS = {"info": logging.INFO, "warning": logging.WARNING}
_WRITER = json.JSONEncoder(default=str)


@lru_cache(maxsize=1024)
def _names_secret(key: str) -> bool:
    return _SECRET_KEYS.search(key) is not None


def _may_hold_secret(text: str) -> bool:
    """Cheaper than the pattern, which looks for an address from every letter on."""
    lower = text.lower()
    return "@" in lower or "eyj" in lower or "bearer" in lower


def redact(value: Any, key: str = "") -> Any:
    """The value with everything removed that a log must not hold."""
    if _names_secret(key) and not isinstance(value, bool):
        return REDACTED
    if isinstance(value, str):
        return _SECRET_VALUES.sub(REDACTED, value) if _may_hold_secret(value) else value
    if isinstance(value, dict):
        return {k: redact(v, str(k)) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item) for item in value]
    return value


def _redact_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: redact(value, key if key != "event" else "") for key, value in event.items()}


class Lines(logging.StreamHandler[TextIO]):
    """Where the lines go; `service` stands in each."""

    def __init__(self, service: str) -> None:
        super().__init__(sys.stderr)
        self.service = service

    def write(self, line: str) -> None:
        """Write a line that is JSON already. What cannot be written is lost: nobody waits for a log."""
        with self.lock or nullcontext(), suppress(OSError, ValueError):
            self.stream.write(line + self.terminator)
            self.stream.flush()


def say(level: str, event: str, facts: dict[str, Any]) -> None:
    """Log an event with plain values, as structlog would but for a tenth: for the line of every request."""
    root = logging.getLogger()
    ours = next((handler for handler in root.handlers if isinstance(handler, Lines)), None)
    if ours is None:
        getattr(structlog.get_logger(), level)(event, **facts)
    elif root.isEnabledFor(_LEVELS[level]):
        ours.write(_line(ours.service, level, event, facts))


def _line(service: str, level: str, event: str, facts: dict[str, Any]) -> str:
    whole = {"event": event, **structlog.contextvars.get_contextvars(), **facts, "level": level}
    whole["timestamp"], whole["service"] = _zulu(real_now()), service
    line = _WRITER.encode(whole)
    if _may_hold_secret(line) or any(map(_names_secret, whole)):
        return _WRITER.encode(_redact_event(None, "", whole))
    return line


def _zulu(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def configure(level: str = "INFO", service: str = "kalends") -> None:
    """Send the logs of Kalends and of its libraries to standard error as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
        _name_service(service),
        structlog.processors.format_exc_info,
        _redact_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = Lines(service)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "procrastinate", "httpx", "httpcore", "asyncio", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _name_service(service: str) -> Any:
    def add(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return add
