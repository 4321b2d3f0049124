"""What a call does to single items: one thing, or as many as a transaction has members."""

from __future__ import annotations

import json
from typing import Any

from ..call import Call

_TRANSACTIONS = ("TransactWriteItems", "TransactGetItems")
_APIS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def is_transaction(call: Call) -> bool:
    """Whether the call is a transaction."""
    return call.service == "dynamodb" and call.api in _TRANSACTIONS


def members(call: Call) -> list[tuple[str, dict[str, Any]]]:
    """The API's name and the request of each; of a call that is none, its own. Raises what JSON
    raises.
    """
    request = json.loads(call.body)
    if not is_transaction(call):
        return [(call.api, request)]
    items = request["TransactItems"]
    return [(_APIS[kind], member) for item in items for kind, member in item.items() if kind in _APIS]
