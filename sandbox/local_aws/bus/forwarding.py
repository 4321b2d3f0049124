"""Rules that forward to the event bus of another account or Region.

The target's role needs events:PutEvents on the bus, and the bus's policy must allow the role
(aws:PrincipalOrgID among its conditions). The event keeps account, Region and detail; between
Regions it gets a new id and time; one that came from another account goes no further; a bus that
does not exist drops it silently.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html,
docs/aws-behaviour.md 8.4
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timezone
from typing import Any

from ministack.core import iam_evaluator as iam
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge

from ..iam.organization import organization_of

_log = logging.getLogger("local_aws")


def install() -> None:
    """Wraps MiniStack's forwarding between buses, which stays within one account and Region."""
    within = eventbridge._dispatch_to_event_bus

    def forward(spec: Any, event: dict, rule: dict, path: set, payload: str | None = None) -> None:
        if (spec.account_id, spec.region) == (get_account_id(), get_region()):
            within(spec, event, rule, path, payload)
            return
        _forward(spec, event, rule, payload)

    eventbridge._dispatch_to_event_bus = forward


# --- internal ---


def _forward(spec: Any, event: dict, rule: dict, payload: str | None) -> None:
    from_account, from_region = get_account_id(), get_region()
    across = spec.account_id != from_account
    if across and event.get("_CameFromAnotherAccount"):
        return
    bus = spec.resource.split("/", 1)[1]
    refusal = _refusal(spec, bus, rule)
    if refusal:
        _log.warning("EventBridge: %s not forwarded to %s: %s", rule.get("Name"), spec, refusal)
        return
    moved = {**event, "EventBusName": bus, "_DispatchPath": [], "_CameFromAnotherAccount": across}
    if payload is not None:
        moved["Detail"] = payload
    if spec.region != from_region:
        moved["EventId"] = str(uuid.uuid4())
        moved["Time"] = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with request_scope(spec.account_id, spec.region):
        eventbridge._ensure_default_bus()
        if bus in eventbridge._event_buses:
            eventbridge._dispatch_event(moved)
            eventbridge._archive_event(moved)


def _refusal(spec: Any, bus: str, rule: dict) -> str | None:
    """Why the target's role may not put events on the bus, or None."""
    account, region = get_account_id(), get_region()
    role = _role_of_target(str(spec), rule)
    if role is None:
        return "the target has no role"
    name = role.rsplit("/", 1)[-1]
    context = iam.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/events",
        principal_type="AssumedRole",
        principal_account=account,
        action="events:PutEvents",
        resource_arn=str(spec),
        region=region,
        secure_transport=True,
        principal_keys={"aws:principalorgid": organization_of(account)},
    )
    identity = iam.evaluate(context, iam._gather_role_policies(name, account))
    with request_scope(spec.account_id, spec.region):
        policy = eventbridge._event_bus_policies.get(bus)
    result = iam.combine_resource_policy(identity, context, policy, spec.account_id)
    return None if result.decision == "Allow" else f"{role} is not allowed events:PutEvents"


def _role_of_target(arn: str, rule: dict) -> str | None:
    key = eventbridge._rule_key(rule.get("Name"), rule.get("EventBusName", "default"))
    targets = eventbridge._targets.get(key) or []
    return next((target.get("RoleArn") for target in targets if target.get("Arn") == arn), None)
