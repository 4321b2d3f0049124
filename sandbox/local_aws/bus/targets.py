"""Rules that send to queues and topics: the target's policy and key must allow EventBridge.

Events that cannot be sent go to the target's DLQ. MiniStack delivers to any queue and topic and
knows no DLQ of a target.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
Codes and attributes: docs/aws-behaviour.md 8.4.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, sns, sqs

from .enqueue import enqueue
from ..iam.service_principal import Sender, decision
from ..kms.keys import find_key

_SERVICE = "events.amazonaws.com"
_log = logging.getLogger("local_aws")


def install() -> None:
    """Wraps MiniStack's invocation of a target."""
    invoke = eventbridge._invoke_target

    def invoking(target: dict, event: dict, rule: dict, view: Any = None) -> None:
        failure = _failure(str(target.get("Arn", "")), rule)
        if failure is None:
            invoke(target, event, rule, view)
        else:
            _log.warning("EventBridge: %s not delivered to %s: %s", rule.get("Name"), target.get("Arn"), failure[1])
            _to_dlq(target, event, rule, view, failure)

    eventbridge._invoke_target = invoking


# --- internal ---


def _failure(arn: str, rule: dict) -> tuple[str, str] | None:
    """ERROR_CODE and ERROR_MESSAGE if the target cannot be reached."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or (parts[3], parts[4]) != (get_region(), get_account_id()):
        return None
    if parts[2] == "sqs":
        queue = sqs._queue_by_arn(arn)
        attributes = (queue or {}).get("attributes", {})
        found, action = queue is not None, "sqs:SendMessage"
    elif parts[2] == "sns":
        topic = sns._topic_by_arn_any_scope(arn)
        attributes = (topic or {}).get("attributes", {})
        found, action = topic is not None, "sns:Publish"
    else:
        return None
    if not found:
        return "NO_RESOURCE", f"{arn} does not exist."
    if not _allowed(attributes.get("Policy"), action, arn, rule):
        return "NO_PERMISSIONS", f"{_SERVICE} is not authorized to perform: {action} on resource: {arn}"
    return _key_failure(str(attributes.get("KmsMasterKeyId") or ""), rule)


def _allowed(policy: Any, action: str, resource: str, rule: dict) -> bool:
    sender = Sender(_SERVICE, str(rule.get("Arn", "")), get_account_id())
    return decision(sender, policy, action, resource) == "Allow"


def _key_failure(named: str, rule: dict) -> tuple[str, str] | None:
    if not named:
        return None
    key = find_key(get_account_id(), get_region(), named)
    if key is None or key["KeyState"] != "Enabled":
        return "NO_RESOURCE", f"{named} is disabled or does not exist (KMS.DisabledException)."
    for action in ("kms:GenerateDataKey", "kms:Decrypt"):
        if not _allowed(key.get("Policy"), action, key["Arn"], rule):
            return "KMSAccessDenied", f"{_SERVICE} is not authorized to perform: {action} on resource: {key['Arn']}"
    return None


def _to_dlq(target: dict, event: dict, rule: dict, view: Any, failure: tuple[str, str]) -> None:
    arn = str((target.get("DeadLetterConfig") or {}).get("Arn") or "")
    queue = sqs._queue_by_arn(arn) if arn else None
    if queue is None or not _allowed(queue["attributes"].get("Policy"), "sqs:SendMessage", arn, rule):
        return
    body = json.dumps((view or eventbridge._pattern_event_view(event)).event_with_detail())
    facts = {
        "ERROR_CODE": failure[0],
        "ERROR_MESSAGE": failure[1],
        "RULE_ARN": rule.get("Arn", ""),
        "TARGET_ARN": target.get("Arn", ""),
    }
    enqueue(queue, body, facts)
