"""Injected faults: which calls and events go wrong, decided by a seeded generator for each fault.

PUT /_bucketseal/faults takes a JSON list of these (all but ``kind`` may be left out): ``{"kind",
"service", "api", "bucket", "function", "probability", "seed", "times", "delayMs"}``; ``service``
and ``api`` are exact or "*", ``function`` is a Lambda function's name or "*" for any, ``times``
ends a fault after that many hits. GET returns the list with ``hits``, DELETE ends all.

For calls: ``throttle``, ``kmsThrottle`` (S3's error where KMS throttled it), ``expired``
(expired credentials) and ``error500`` replace the service's response; ``timeout`` never responds
(for ``delayMs``, default 60000); ``slow`` runs the call ``delayMs`` later; ``twice`` runs the call twice and returns the second response,
like a retry after a lost response; ``after500`` runs the call and then returns 500. For events
about such calls: ``eventTwice``, ``eventLost``, and ``eventLate`` (by up to ``delayMs``, default
2000).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

from ..call import Call

CALL_KINDS = ("throttle", "kmsThrottle", "expired", "error500", "timeout", "slow", "twice", "after500")
EVENT_KINDS = ("eventTwice", "eventLost", "eventLate")


@dataclass
class Fault:
    """One injected fault."""

    kind: str
    service: str = "*"
    api: str = "*"
    bucket: str | None = None
    function: str | None = None
    probability: float = 1.0
    seed: int = 0
    times: int | None = None
    delayMs: int | None = None  # named as in JSON
    hits: int = 0
    random: Random = field(default_factory=Random, repr=False)

    def hit(self, service: str, api: str, bucket: str | None, function: str | None) -> bool:
        """Whether this fault strikes now; every matching call draws once from its generator."""
        if self.service not in ("*", service) or self.api not in ("*", api):
            return False
        if self.bucket is not None and self.bucket != bucket:
            return False
        if self.function is not None and (function is None or self.function not in ("*", function)):
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        if self.random.random() >= self.probability:
            return False
        self.hits += 1
        return True


_faults: list[Fault] = []


def order(document: bytes) -> None:
    """Replaces all faults; raises ValueError for an invalid document."""
    given = json.loads(document)
    if not isinstance(given, list):
        raise ValueError("expected a JSON list of faults")
    _faults[:] = [_fault(item) for item in given]


def clear() -> None:
    """Ends all faults."""
    _faults.clear()


def ordered() -> list[dict[str, Any]]:
    """The faults as JSON."""
    return [{name: value for name, value in asdict(fault).items() if name != "random"} for fault in _faults]


def call_fault(call: Call) -> Fault | None:
    """The first fault that strikes this call."""
    for fault in _faults:
        if fault.kind in CALL_KINDS and fault.hit(call.service, call.api, call.bucket, call.function):
            return fault
    return None


def event_delays(service: str, api: str, bucket: str | None, delay: float) -> list[float]:
    """When (seconds from now) an event is put on the bus: once after ``delay``, unless a fault
    strikes.
    """
    for fault in _faults:
        if fault.kind in EVENT_KINDS and fault.hit(service, api, bucket, None):
            if fault.kind == "eventLost":
                return []
            if fault.kind == "eventTwice":
                return [delay, delay]
            return [delay + fault.random.random() * (fault.delayMs or 2000) / 1000]
    return [delay]


# --- internal ---


def _fault(item: Any) -> Fault:
    if not isinstance(item, dict) or item.get("kind") not in (*CALL_KINDS, *EVENT_KINDS):
        raise ValueError(f"not a fault: {json.dumps(item)}")
    known = {"kind", "service", "api", "bucket", "function", "probability", "seed", "times", "delayMs"}
    if not set(item) <= known:
        raise ValueError(f"unknown: {', '.join(sorted(set(item) - known))}")
    fault = Fault(**item)
    fault.random = Random(fault.seed)
    return fault
