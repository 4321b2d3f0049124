"""Resource policies of DynamoDB tables are enforced, and templates may set them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html:
in the owner's account an Allow in either policy suffices and a Deny in either wins. MiniStack
stores such policies (indexes fall under their table's) but does not evaluate them, and ignores
``ResourcePolicy`` in templates.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners


def install() -> None:
    """Wraps the look-up of resource policies and the two table resource types."""
    look_up = iam_evaluator._resource_policy

    def policy(service: str, resource: str) -> tuple | None:
        return _table_policy(resource) if service == "dynamodb" else look_up(service, resource)

    iam_evaluator._resource_policy = policy
    for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        handlers = provisioners._RESOURCE_HANDLERS[kind]
        for step in ("create", "update"):
            handlers[step] = _with_policy(handlers[step])


# --- internal ---


def _table_policy(resource: str) -> tuple[str, str] | None:
    parts = resource.split(":", 5)
    if len(parts) < 6 or not parts[5].startswith("table/"):
        return None
    table = ":".join(parts[:5]) + ":table/" + parts[5].split("/")[1]
    stored = dynamodb._resource_policies.get_scoped(parts[4], parts[3], table)
    return (stored["Policy"], parts[4]) if stored else None


def _with_policy(step: Callable[..., tuple]) -> Callable[..., tuple]:
    def provision(*given: Any) -> tuple:
        result = step(*given)
        documents = [item for item in given if isinstance(item, dict)]
        policy = _policy_in(documents[-1]) if documents else None
        table = f"arn:aws:dynamodb:{get_region()}:{get_account_id()}:table/{result[0]}"
        if policy is not None:
            dynamodb._put_resource_policy({"ResourceArn": table, "Policy": json.dumps(policy)})
        else:
            dynamodb._resource_policies.pop(table, None)
        return result

    return provision


def _policy_in(properties: dict[str, Any]) -> Any:
    """A table's policy, or a global table's for the replica in this Region."""
    replicas = [item for item in properties.get("Replicas", []) if item.get("Region") in (None, get_region())]
    found = [item["ResourcePolicy"] for item in (properties, *replicas) if item.get("ResourcePolicy")]
    return found[0].get("PolicyDocument") if found else None
