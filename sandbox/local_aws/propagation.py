"""How long an account's changes take to be seen everywhere: not at all, unless a test asks for it.

PUT /_bucketseal/propagation?account=A takes JSON: ``iamMs`` for policies of users and roles,
``keyMs`` for a KMS key's state as S3 sees it, ``bucketKeyMs`` for the key that S3 keeps for a
bucket with a bucket key, and ``seed``. A change is seen after half of that to all of it, drawn by
a generator with the seed; an empty document ends it.
"""

from __future__ import annotations

import json
import time
from random import Random
from typing import Any

_KINDS = ("iamMs", "keyMs", "bucketKeyMs")
_accounts: dict[str, tuple[dict[str, float], Random]] = {}


def order(account: str, document: bytes) -> dict[str, Any]:
    """Sets an account's delays; raises ValueError for an invalid document."""
    given = json.loads(document or b"{}")
    if not isinstance(given, dict) or not set(given) <= {*_KINDS, "seed"}:
        raise ValueError(f"expected {', '.join(_KINDS)} and seed")
    _accounts[account] = ({kind: float(given.get(kind, 0)) for kind in _KINDS}, Random(given.get("seed", 0)))
    return given


def seen_at(account: str, kind: str) -> float:
    """The moment (of time.monotonic) at which a change made now is seen; now, without a delay."""
    delays, random = _accounts.get(account, ({}, None))
    longest = delays.get(kind, 0) / 1000
    return time.monotonic() + (random.uniform(longest / 2, longest) if random and longest else 0)
