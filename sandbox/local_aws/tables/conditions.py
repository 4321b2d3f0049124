"""``dynamodb:LeadingKeys`` of calls that name items or query one partition: their keys.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html;
MiniStack does not know the condition key. For other calls (scans, batches) it stays absent, so a
policy that requires it refuses them.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import dynamodb

from ..call import Answer, Call
from .members import is_transaction, members

_ITEM = {
    "PutItem": "Item",
    "GetItem": "Key",
    "UpdateItem": "Key",
    "DeleteItem": "Key",
    "ConditionCheckItem": "Key",
}
_leading: ContextVar[list[str] | None] = ContextVar("leading", default=None)


async def before(call: Call) -> Answer | None:
    """Stores the partition keys for MiniStack's evaluation of the call; the actions of a transaction
    are those of its members.
    """
    _leading.set(leading_keys(call) if call.service == "dynamodb" else None)
    if is_transaction(call):
        call.implied += sorted({f"dynamodb:{api}" for api, _ in members(call)} - set(call.implied))
    return None


def install() -> None:
    """Adds it to MiniStack's resolver of condition keys."""
    resolve = iam_evaluator._resolve_condition_key

    def key(name: str, context: iam_evaluator.EvalContext) -> Any:
        return _leading.get() if name.lower() == "dynamodb:leadingkeys" else resolve(name, context)

    iam_evaluator._resolve_condition_key = key


def leading_keys(call: Call) -> list[str] | None:
    """The partition keys of a call that names items or queries one partition, else None."""
    if call.api not in (*_ITEM, "Query") and not is_transaction(call):
        return None
    try:
        return [leading_key(call, api, request) for api, request in members(call)]
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return None


def leading_key(call: Call, api: str, request: dict[str, Any]) -> str:
    """The partition key that a request names. Raises if it names none."""
    name = request["TableName"].rpartition("/")[2]
    table = dynamodb._tables.get_scoped(call.account, call.region, name) or {}
    key = next(part["AttributeName"] for part in table.get("KeySchema", []) if part["KeyType"] == "HASH")
    item = _queried(request) if api == "Query" else request[_ITEM[api]]
    return str(next(iter(item[key].values())))


# --- internal ---


def _queried(request: dict[str, Any]) -> dict[str, Any]:
    """The attributes that a query's condition sets equal to a value."""
    names = request.get("ExpressionAttributeNames", {})
    equal = re.findall(r"([#\w.-]+)\s*=\s*(:\w+)", request["KeyConditionExpression"])
    return {names.get(name, name): request["ExpressionAttributeValues"][value] for name, value in equal}


install()
