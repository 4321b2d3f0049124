"""Policies of users and roles are seen after a while, where a test asks for it (propagation.py).

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_evaluator
from ministack.core.responses import request_scope

from .. import propagation
from ..call import Answer, Call

_CHANGES = {
    f"{verb}{kind}Policy": kind for verb in ("Put", "Delete", "Attach", "Detach") for kind in ("User", "Role")
}
_before: dict[tuple[str, str, str], tuple[float, list]] = {}


async def before(call: Call) -> Answer | None:
    """Keeps the policies that go on to be seen until the change has spread."""
    kind = _CHANGES.get(call.api) if call.service == "iam" else None
    until = propagation.seen_at(call.account, "iamMs")
    if kind is None or until <= time.monotonic():
        return None
    name = parse_qs(call.body.decode()).get(f"{kind}Name", [""])[0]
    with request_scope(call.account, call.region):
        _before[kind, name, call.account] = (until, _gather[kind](name, call.account))
    return None


# --- internal ---


def _delayed(kind: str, gather: Any) -> Any:
    def gathered(name: str, account: str) -> list:
        until, policies = _before.get((kind, name, account), (0, []))
        return policies if time.monotonic() < until else gather(name, account)

    return gathered


_gather = {
    "User": _delayed("User", iam_evaluator._gather_user_policies),
    "Role": _delayed("Role", iam_evaluator._gather_role_policies),
}
iam_evaluator._gather_user_policies, iam_evaluator._gather_role_policies = _gather["User"], _gather["Role"]
