"""What one partition key of a DynamoDB table bears: 1,000 write and 3,000 read units a second.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html: a
write unit is one KB of the larger of the whole item before and after, a failed condition
included; a read unit is 4 KB, half as much where the read is eventually consistent. It holds for
tables on demand too. A call that begins while the last second is used up is throttled:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-key-range-limit-exceeded-mitigation.html
Transactions, batches and scans, which nothing here uses, are not counted.
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
from .conditions import leading_keys

_RATES = {"Write": 1000.0, "Read": 3000.0}
_WRITES = ("PutItem", "UpdateItem", "DeleteItem")
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
    """Throttles a call whose partition has nothing left; else takes what the item costs as it is."""
    kind = "Write" if call.api in _WRITES else "Read"
    keys = leading_keys(call) if call.service == "dynamodb" and call.api in (*_WRITES, *_READS) else None
    if not keys:
        return None
    request = json.loads(call.body)
    table = request["TableName"].rpartition("/")[2]
    second = _now((call.account, call.region, table, kind, *keys), _RATES[kind])
    if second.left <= 0:
        return _throttled(call, table, kind)
    used = _write_units(_size(call, request)) if kind == "Write" else 0
    second.left -= used
    call.state["units"] = (second, request, used)
    return None


async def after(call: Call, answer: Answer) -> Answer:
    """Takes what the call used beyond that: an item that grew, or what was read."""
    if "units" not in call.state:
        return answer
    second, request, used = call.state.pop("units")
    if call.api in _WRITES:
        second.left -= max(0, _write_units(_size(call, request)) - used)
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


def _write_units(size: int) -> int:
    return max(1, math.ceil(size / 1024))


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


def _throttled(call: Call, table: str, kind: str) -> Answer:
    answer = service_error(call, 400, "ProvisionedThroughputExceededException", _MESSAGE)
    arn = f"arn:aws:dynamodb:{call.region}:{call.account}:table/{table}"
    reason = {"reason": f"Table{kind}KeyRangeThroughputExceeded", "resource": arn}
    return answer.with_body(json.dumps({**json.loads(answer.body), "ThrottlingReasons": [reason]}).encode())
