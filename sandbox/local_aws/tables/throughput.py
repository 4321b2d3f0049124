"""What one partition key of a DynamoDB table bears: 1,000 write and 3,000 read units a second.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html: a
write unit is one KB of the larger of the whole item before and after, a failed condition
included; a read unit is 4 KB, half as much where the read is eventually consistent. It holds for
tables on demand too. A call that begins while the last second is used up is throttled:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-key-range-limit-exceeded-mitigation.html
In a transaction each item costs twice as much, and one that meets a used-up second cancels all:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
Batches and scans, which nothing here uses, are not counted, nor what an index costs.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import dynamodb

from ..call import Answer, Call
from ..errors import service_error
from .conditions import leading_key, leading_keys
from .members import is_transaction, members

_RATES = {"Write": 1000.0, "Read": 3000.0}
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")
_READS = ("GetItem", "Query")
_MESSAGE = (
    "The level of configured throughput for one or more partitions of the table was exceeded."
    " Consider distributing your requests more evenly across the partition key space."
)


@dataclass
class _Second:
    """What is left of a second's units; less than none after a call that was larger than that."""

    left: float
    at: float


_seconds: dict[tuple[str, ...], _Second] = {}


async def before(call: Call) -> Answer | None:
    """Throttles a call whose partition has nothing left; else takes what the items cost as they are."""
    requests = _counted(call)
    seconds = [_now(name, _RATES[name[3]]) for name in (_partition(call, *each) for each in requests)]
    spent = [second.left <= 0 for second in seconds]
    if any(spent):
        return _cancelled(call, spent) if is_transaction(call) else _throttled(call, *requests[0])
    call.state["units"] = []
    for (api, request), second in zip(requests, seconds):
        used = _write_units(call, api, request)
        second.left -= used
        call.state["units"].append((second, api, request, used))
    return None


async def after(call: Call, answer: Answer) -> Answer:
    """Takes what the call used beyond that: an item that grew, or what was read."""
    for second, api, request, used in call.state.pop("units", []):
        if api in _WRITES:
            second.left -= max(0, _write_units(call, api, request) - used)
        else:
            units = max(1, math.ceil(len(answer.body) / 4096))
            second.left -= units if request.get("ConsistentRead") else units / 2
    return answer


# --- internal ---


def _now(name: tuple[str, ...], rate: float) -> _Second:
    moment = time.monotonic()
    second = _seconds.setdefault(name, _Second(rate, moment))
    second.left = min(rate, second.left + (moment - second.at) * rate)
    second.at = moment
    return second


def _counted(call: Call) -> list[tuple[str, dict[str, Any]]]:
    """The writes and reads of single items or partitions; none for other calls."""
    if call.service != "dynamodb" or not leading_keys(call):
        return []
    return [each for each in members(call) if each[0] in (*_WRITES, *_READS)]


def _partition(call: Call, api: str, request: dict[str, Any]) -> tuple[str, ...]:
    table = request["TableName"].rpartition("/")[2]
    kind = "Write" if api in _WRITES else "Read"
    return (call.account, call.region, table, kind, leading_key(call, api, request))


def _write_units(call: Call, api: str, request: dict[str, Any]) -> int:
    """What the item costs as it is; nothing to a read, which costs what it returns."""
    units = max(1, math.ceil(_size(call, request) / 1024)) if api in _WRITES else 0
    return 2 * units if is_transaction(call) else units


def _size(call: Call, request: dict[str, Any]) -> int:
    """Bytes of the item that the request names; 0 for none."""
    with request_scope(call.account, call.region):
        table = dynamodb._tables.get(request["TableName"].rpartition("/")[2]) or {}
        key = request.get("Key") or request.get("Item") or {}
        names = [part["AttributeName"] for part in table.get("KeySchema", [])]
        if not table or any(name not in key for name in names):
            return 0
        pk, sk, _ = dynamodb._resolve_table_key_values(table, {name: key[name] for name in names}, allow_extra=False)
        return dynamodb._item_size_bytes(table["items"].get(pk, {}).get(sk) or {})


def _throttled(call: Call, api: str, request: dict[str, Any]) -> Answer:
    table = request["TableName"].rpartition("/")[2]
    kind = "Write" if api in _WRITES else "Read"
    answer = service_error(call, 400, "ProvisionedThroughputExceededException", _MESSAGE)
    arn = f"arn:aws:dynamodb:{call.region}:{call.account}:table/{table}"
    reason = {"reason": f"Table{kind}KeyRangeThroughputExceeded", "resource": arn}
    return answer.with_body(json.dumps({**json.loads(answer.body), "ThrottlingReasons": [reason]}).encode())


def _cancelled(call: Call, spent: list[bool]) -> Answer:
    reasons = [{"Code": "ThrottlingError", "Message": _MESSAGE} if each else {"Code": "None"} for each in spent]
    codes = ", ".join(each["Code"] for each in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    answer = service_error(call, 400, "TransactionCanceledException", message)
    return answer.with_body(json.dumps({**json.loads(answer.body), "CancellationReasons": reasons}).encode())
