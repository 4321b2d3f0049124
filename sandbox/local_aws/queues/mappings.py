"""SQS event source mappings as Lambda polls them: windows, batches above ten, 6 MB, the role.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html and
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: a batch goes to the
function when it is full, when its window ends, or when it reaches 6 MB; a batch size above ten
needs a window of a second or more; the function's role receives, deletes, and decrypts.
MiniStack caps batches at ten and knows neither windows nor the role.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from ministack.core.lambda_runtime import execution_credentials
from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import lambda_svc, sqs
from ministack.services.cloudformation import provisioners

from .. import call_log
from ..call import Answer, Call
from ..iam.identity import caller
from .messages import key_refusal
from ..iam.permissions import denial

PAYLOAD_LIMIT = 6 * 1024 * 1024
_RECORD_OVERHEAD = 700
_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_TOO_LARGE = "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
_opened: dict[str, float] = {}
_log = logging.getLogger("local_aws")


def install() -> None:
    """Wraps the poller's receive and the creation and update of mappings."""
    receive, create, update = sqs._receive_messages_for_esm, lambda_svc._create_esm, lambda_svc._update_esm

    def receiving(queue_url: str, size: int) -> list[dict]:
        queue = sqs._get_q(queue_url)
        mapping = _mapping(queue["attributes"]["QueueArn"])
        if mapping is None:
            return receive(queue_url, size)
        with sqs._queues_lock:
            count = _due(queue, mapping, int(size))
        poll = _permitted(mapping, queue) if count else None
        if poll is None:
            return []
        _opened.pop(mapping["UUID"], None)
        with sqs._queues_lock:
            sqs._expire_retained(queue)
            sqs._dlq_sweep(queue)
            batch = sqs._collect_msgs(queue, count, int(queue["attributes"].get("VisibilityTimeout", "30")))
        if batch:
            call_log.write(poll, Answer(200), datetime.now(timezone.utc))
        return batch

    def creating(data: dict) -> tuple:
        return _refusal(data, {}) or create(data)

    def updating(identifier: str, data: dict) -> tuple:
        return _refusal(data, lambda_svc._esms.get(identifier) or {}) or update(identifier, data)

    sqs._receive_messages_for_esm = receiving
    lambda_svc._create_esm, lambda_svc._update_esm = creating, updating
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]
    for step in ("create", "update"):
        handlers[step] = _with_numbers(handlers[step])


# --- internal ---


def _with_numbers(step: Callable[..., tuple]) -> Callable[..., tuple]:
    """The step of a template's mapping, whose numbers may come from parameters, as text."""

    def provision(*given: Any) -> tuple:
        return step(*(_numbers(each) if isinstance(each, dict) else each for each in given))

    return provision


def _numbers(properties: dict[str, Any]) -> dict[str, Any]:
    scaling = properties.get("ScalingConfig") or {}
    if "MaximumConcurrency" not in scaling:
        return properties
    return {**properties, "ScalingConfig": {**scaling, "MaximumConcurrency": int(scaling["MaximumConcurrency"])}}


def _refusal(data: dict, before: dict) -> tuple | None:
    merged = {**before, **data}
    if ":sqs:" not in str(merged.get("EventSourceArn", "")):
        return None
    if int(merged.get("BatchSize") or 10) > 10 and not int(merged.get("MaximumBatchingWindowInSeconds") or 0):
        return error_response_json("InvalidParameterValueException", _TOO_LARGE, 400)
    return None


def _mapping(queue_arn: str) -> dict[str, Any] | None:
    found = (m for m in lambda_svc._esms.values() if m.get("EventSourceArn") == queue_arn and m.get("Enabled", True))
    return next(found, None)


def _due(queue: dict, mapping: dict[str, Any], size: int) -> int:
    """Number of messages to send to the function now; 0 while the window is open and the batch
    neither full nor 6 MB.
    """
    now = time.time()
    count, total = 0, 0
    for message in queue["messages"]:
        sqs._ensure_msg_fields(message)
        if message["visible_at"] > now:
            continue
        attributes = json.dumps(message.get("message_attributes") or {})
        total += len(json.dumps(message["body"]).encode()) + len(attributes.encode()) + _RECORD_OVERHEAD
        if total > PAYLOAD_LIMIT and count:
            return count
        count += 1
        if count == size:
            return count
    window = int(mapping.get("MaximumBatchingWindowInSeconds") or 0)
    if count == 0 or window == 0:
        return count
    remaining = _opened.setdefault(mapping["UUID"], now) + window - now
    if remaining <= 0:
        return count
    waking = threading.Timer(min(remaining, 1) + 0.01, lambda_svc._esm_wake.set)
    waking.daemon = True
    waking.start()
    return 0


def _permitted(mapping: dict[str, Any], queue: dict) -> Call | None:
    """The poll as a call of the function's role, or None (and a line in the log) if the role may
    not poll.
    """
    arn = queue["attributes"]["QueueArn"]
    record, config = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    key = execution_credentials(config or record["config"])["AWS_ACCESS_KEY_ID"]
    who = caller(key, get_region())
    poll = Call("POST", "/", {}, {}, b"", "sqs", "ReceiveMessage", account=get_account_id(), region=get_region())
    poll.principal, poll.identity, poll.access_key, poll.function = who.principal, who.identity, key, who.function
    poll.implied = list(_ACTIONS[1:])
    named = str(queue["attributes"].get("KmsMasterKeyId") or "")
    refusals = [denial(poll, action, arn) for action in _ACTIONS]
    refusals.append((key_refusal(poll, arn, named, "alias/aws/sqs") or (None, None))[1])
    refused = next((refusal for refusal in refusals if refusal), None)
    if refused is None:
        return poll
    if mapping.get("LastProcessingResult") != "PROBLEM: Function call failed":
        _log.warning("mapping of %s: %s", arn, refused)
    mapping["LastProcessingResult"] = "PROBLEM: Function call failed"
    return None
