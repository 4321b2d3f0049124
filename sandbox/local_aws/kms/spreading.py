"""S3 sees a key's new state after a while, where a test asks for it (propagation.py).

https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency
"""

from __future__ import annotations

import json
import time

from .. import propagation
from ..call import Answer, Call
from .keys import find_key

_CHANGES = ("DisableKey", "EnableKey", "ScheduleKeyDeletion", "CancelKeyDeletion")
_before: dict[str, tuple[float, str]] = {}


async def before(call: Call) -> Answer | None:
    """Keeps the state that S3 goes on to see until the change has spread."""
    until = propagation.seen_at(call.account, "keyMs")
    if call.service != "kms" or call.api not in _CHANGES or until <= time.monotonic():
        return None
    key = find_key(call.account, call.region, str(json.loads(call.body or b"{}").get("KeyId")))
    if key is not None:
        _before[key["Arn"]] = (until, state_for_s3(key["Arn"], key["KeyState"]))
    return None


def state_for_s3(arn: str, state: str) -> str:
    """The state of a key that S3 sees."""
    until, earlier = _before.get(arn, (0, state))
    return earlier if time.monotonic() < until else state
