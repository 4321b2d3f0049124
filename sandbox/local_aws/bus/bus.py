"""Events that AWS services put on the default bus of an account and Region."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import traceback
import uuid
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import eventbridge


@dataclass(frozen=True)
class Event:
    """One event; ``time`` is ISO 8601 in seconds."""

    source: str
    detail_type: str
    account: str
    region: str
    time: str
    detail: dict[str, Any]
    resources: list[str] = field(default_factory=list)


def has_listeners(account: str, region: str) -> bool:
    """Whether any rule or archive exists that could match an event."""
    with request_scope(account, region):
        return bool(eventbridge._rules) or bool(eventbridge._archives)


def later(delay: float, event: Event) -> None:
    """Sends the event after ``delay`` seconds, from any thread."""
    try:
        asyncio.get_running_loop().call_later(delay, dispatch, event)
    except RuntimeError:
        timer = threading.Timer(delay, dispatch, (event,))
        timer.daemon = True
        timer.start()


def dispatch(event: Event) -> None:
    """Sends the event to the rules (and archives) of the default bus."""
    record = {
        "EventId": str(uuid.uuid4()),
        "Source": event.source,
        "DetailType": event.detail_type,
        "Detail": json.dumps(event.detail, ensure_ascii=False),
        "EventBusName": "default",
        "Time": event.time,
        "Resources": event.resources,
        "Account": event.account,
        "Region": event.region,
    }
    try:
        with request_scope(event.account, event.region):
            eventbridge._dispatch_event(record)
            eventbridge._archive_event(record)
    except Exception:  # a lost event must be seen in the log
        traceback.print_exc(file=sys.stderr)
