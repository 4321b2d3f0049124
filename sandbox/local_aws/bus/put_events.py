"""PutEvents to the bus of another account, named by its ARN.

The caller's policies and the bus's must both allow it, on each bus of the request. The event's
``account`` is the caller's, and it goes no further to a third account.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-permissions-manage.html
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
MiniStack knows the buses of the caller's account only.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import get_account_id, get_region, new_uuid, request_scope
from ministack.services import eventbridge

from ..call import Answer, Call
from ..errors import service_error
from ..iam.permissions import denial


async def before(call: Call) -> Answer | None:
    """Refuses events for a bus of another account that either side's policies do not allow."""
    if call.service != "events" or call.api != "PutEvents":
        return None
    for bus in _buses(call.body):
        refused = denial(call, "events:PutEvents", bus) if bus.split(":")[4] != call.account else None
        if refused:
            return service_error(call, 400, "AccessDeniedException", refused)
    return None


def install() -> None:
    """Wraps PutEvents, and lets MiniStack's IAM see the policy of a bus."""
    put, look_up = eventbridge._put_events, iam_evaluator._resource_policy

    def putting(data: dict[str, Any], allow_aws_source: bool = False) -> tuple:
        entries = data.get("Entries", [])
        abroad = {index: spec for index, entry in enumerate(entries) if (spec := _abroad(entry))}
        if not abroad or len(entries) > 10:
            return tuple(put(data, allow_aws_source))
        own = [entry for index, entry in enumerate(entries) if index not in abroad]
        results = iter(json.loads(put({**data, "Entries": own}, allow_aws_source)[2])["Entries"] if own else [])
        answers = [_put(entry, abroad[i]) if i in abroad else next(results) for i, entry in enumerate(entries)]
        failed = sum("ErrorCode" in answer for answer in answers)
        return tuple(eventbridge.json_response({"FailedEntryCount": failed, "Entries": answers}))

    def policy(service: str, resource: str) -> tuple | None:
        return _bus_policy(resource) if service == "events" else look_up(service, resource)

    eventbridge._put_events, iam_evaluator._resource_policy = putting, policy


# --- internal ---


def _buses(body: bytes) -> list[str]:
    try:
        entries = json.loads(body or b"{}").get("Entries") or []
    except ValueError:
        return []
    named = {str(entry.get("EventBusName")) for entry in entries if isinstance(entry, dict)}
    return sorted(name for name in named if name.startswith("arn:") and name.count(":") == 5)


def _bus_policy(resource: str) -> tuple | None:
    parts = resource.split(":", 5)
    if len(parts) < 6 or not parts[5].startswith("event-bus/"):
        return None
    with request_scope(parts[4], parts[3]):
        return eventbridge._event_bus_policies.get(parts[5].split("/", 1)[1]), parts[4]


def _abroad(entry: Any) -> Any:
    """Where the bus is, if it is another account's in this Region."""
    named = entry.get("EventBusName") if isinstance(entry, dict) else None
    if not isinstance(named, str) or not named.startswith("arn:"):
        return None
    try:
        spec = parse_arn(named)
    except ArnParseError:
        return None
    is_bus = spec.service == "events" and spec.resource.startswith("event-bus/")
    return spec if is_bus and spec.account_id != get_account_id() and spec.region == get_region() else None


def _put(entry: dict[str, Any], spec: Any) -> dict[str, str]:
    source = str(entry.get("Source", ""))
    if source.startswith("aws."):
        return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
    bus = spec.resource.split("/", 1)[1]
    event = {
        "EventId": new_uuid(),
        "Source": source,
        "DetailType": entry.get("DetailType", ""),
        "Detail": entry.get("Detail", "{}"),
        "EventBusName": bus,
        "Time": int(eventbridge._now_ts()),
        "Resources": entry.get("Resources", []),
        "Account": get_account_id(),
        "Region": get_region(),
        "_CameFromAnotherAccount": True,
    }
    with request_scope(spec.account_id, spec.region):
        eventbridge._dispatch_event(event)
        eventbridge._archive_event(event)
    return {"EventId": event["EventId"]}
