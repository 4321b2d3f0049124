"""Lambda's recursive loop detection through SQS: after 16 invocations in one chain none follows.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html: SDKs in a function send the
trace header of its invocation with every call, SQS keeps it with the message, and Lambda counts in
it how often each function was invoked in the chain. ``RecursiveLoop: Allow`` turns that off. The
form of the counts is Lambda's own affair. How a batch of several chains is counted is not
documented: here it continues all of them, and is stopped whole.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.services import cloudwatch, lambda_svc, sqs
from ministack.services.cloudformation import provisioners

from ..signatures import arrived

LIMIT = 16
_COUNT = re.compile(r"([0-9a-f]{8}):(\d+)")
_lineage: ContextVar[dict[str, int] | None] = ContextVar("local_aws_lineage", default=None)
_log = logging.getLogger("local_aws")


def install() -> None:
    """Wraps the batch of a mapping, the trace header, what SQS keeps of it, and the template's setting."""
    run, trace, kept = lambda_svc._run_sqs_batch, lambda_svc._xray_trace_id_for_invocation, sqs._build_send_sys_attrs

    def running(mapping: dict, function: dict, event: dict, batch: list[dict], *rest: Any) -> None:
        name = mapping["FunctionName"]
        counts = _counts(message["sys"].get("AWSTraceHeader", "") for message in batch)
        before = counts.get(_id(name), 0)
        if before >= LIMIT and function.get("recursive_loop") != "Allow":
            _drop(mapping, name)
            return
        token = _lineage.set({**counts, _id(name): before + 1})
        try:
            run(mapping, function, event, batch, *rest)
        finally:
            _lineage.reset(token)

    def tracing(config: dict, inbound: str | None = None) -> str | None:
        return trace(config, inbound) or _header(_lineage.get() or {_id(config["FunctionName"]): 1})

    def keeping(now: float, given: dict) -> dict[str, Any]:
        first = arrived.get()
        header = first.headers.get("x-amzn-trace-id") if first else None
        return {**({"AWSTraceHeader": header} if header else {}), **kept(now, given)}

    lambda_svc._run_sqs_batch, lambda_svc._xray_trace_id_for_invocation = running, tracing
    sqs._build_send_sys_attrs = keeping
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    for step in ("create", "update"):
        handlers[step] = _with_setting(handlers[step])


# --- internal ---


def _id(function: str) -> str:
    return hashlib.sha256(function.encode()).hexdigest()[:8]


def _counts(headers: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for header in headers:
        for function, count in _COUNT.findall(header.partition("Lineage=")[2]):
            counts[function] = max(counts.get(function, 0), int(count))
    return counts


def _header(counts: dict[str, int]) -> str:
    root, parent = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}", secrets.token_hex(8)
    lineage = "|".join(f"{function}:{count}" for function, count in sorted(counts.items()))
    return f"Root={root};Parent={parent};Sampled=0;Lineage={lineage}"


def _drop(mapping: dict, name: str) -> None:
    """The messages are redelivered after their visibility timeout, until they reach the dead-letter queue."""
    mapping["LastProcessingResult"] = "PROBLEM: Function call failed"
    _log.warning("recursive loop of %s: invocation dropped after %d in one chain", name, LIMIT)
    cloudwatch.record_metric("AWS/Lambda", "RecursiveInvocationsDropped", 1, "Count", {"FunctionName": name})


def _with_setting(step: Callable[..., tuple]) -> Callable[..., tuple]:
    def provision(*given: Any) -> tuple:
        result = step(*given)
        documents = [item for item in given if isinstance(item, dict)]
        record = lambda_svc._functions.get(str(result[0]))
        if documents and record is not None:
            record["recursive_loop"] = documents[-1].get("RecursiveLoop", "Terminate")
        return result

    return provision
