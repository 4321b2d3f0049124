"""Policies of event buses: PutPermission with a whole policy, and AWS::Events::EventBusPolicy.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html
MiniStack takes single statements only and refuses the resource type.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import eventbridge
from ministack.services.cloudformation import provisioners


def install() -> None:
    """Wraps PutPermission and adds the resource type."""
    put = eventbridge._put_permission

    def permission(data: dict[str, Any]) -> tuple:
        if not data.get("Policy"):
            return put(data)
        bus = str(data.get("EventBusName") or "default")
        eventbridge._event_bus_policies[bus] = json.loads(data["Policy"])
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, b"{}"

    eventbridge._put_permission = permission
    handlers = provisioners._RESOURCE_HANDLERS
    handlers["AWS::Events::EventBusPolicy"] = {"create": _create, "update": _update, "delete": _delete}


# --- internal ---


def _create(logical_id: str, properties: dict[str, Any], stack_name: str) -> tuple[str, dict]:
    name = _bus(properties)
    sid = str(properties["StatementId"])
    statement = properties.get("Statement") or {
        "Effect": "Allow",
        "Principal": properties.get("Principal"),
        "Action": properties.get("Action"),
        "Resource": eventbridge._event_buses[name]["Arn"],
        **({"Condition": _condition(properties["Condition"])} if "Condition" in properties else {}),
    }
    policy = eventbridge._event_bus_policies.get(name) or {"Version": "2012-10-17", "Statement": []}
    others = [other for other in policy["Statement"] if other.get("Sid") != sid]
    eventbridge._event_bus_policies[name] = {**policy, "Statement": [*others, {**statement, "Sid": sid}]}
    return f"{name}|{sid}", {}


def _update(physical_id: str, before: dict[str, Any], after: dict[str, Any], stack_name: str) -> tuple[str, dict]:
    _delete(physical_id, before)
    return _create("", after, stack_name)


def _delete(physical_id: str, properties: dict[str, Any]) -> None:
    eventbridge._remove_permission({"EventBusName": _bus(properties), "StatementId": properties.get("StatementId")})


def _bus(properties: dict[str, Any]) -> str:
    name = str(properties.get("EventBusName") or "default").rsplit("/", 1)[-1]
    if name == "default":
        eventbridge._ensure_default_bus()
    return name


def _condition(given: dict[str, Any]) -> dict[str, Any]:
    return {given["Type"]: {given["Key"]: given["Value"]}} if "Key" in given else given
