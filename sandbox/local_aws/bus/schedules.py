"""EventBridge Scheduler: the role that sends, context attributes in the input, and the DLQ.

A schedule goes by its execution role and by what the target's policy denies, not by an allow for
a service. https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
MiniStack checks no role, replaces nothing and knows no DLQ. It looks every ten seconds for what is
due; here every second. Targets are queues only, and nothing is tried again.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from datetime import datetime, timezone
from typing import Any

from ministack.services import eventbridge, scheduler, sqs
from ministack.services.cloudformation import provisioners

from .enqueue import enqueue
from .. import call_log
from ..call import Answer
from ..iam.permissions import denial
from ..iam.service_roles import session_call, trusts

_SERVICE = "scheduler.amazonaws.com"
_UNTRUSTED = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
_log = logging.getLogger("local_aws")


def install() -> None:
    """Wraps the creation of schedules, and what happens when one is due."""
    invoke, create = eventbridge._invoke_target, scheduler._create_schedule
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Scheduler::Schedule"]
    create_resource = handlers["create"]

    def invoking(target: dict, event: dict, rule: dict, view: Any = None) -> None:
        if ":scheduler:" in str(rule.get("Arn", "")):
            _fire(target, rule)
        else:
            invoke(target, event, rule, view)

    def creating(name: str, body: dict) -> tuple:
        if not trusts(str((body.get("Target") or {}).get("RoleArn", "")), _SERVICE):
            return scheduler._error(400, "ValidationException", _UNTRUSTED)
        return create(name, body)

    def creating_resource(logical_id: str, properties: dict, stack_name: str) -> tuple:
        if not trusts(str((properties.get("Target") or {}).get("RoleArn", "")), _SERVICE):
            raise ValueError(_UNTRUSTED)
        return create_resource(logical_id, properties, stack_name)

    eventbridge._invoke_target = invoking
    scheduler._create_schedule, handlers["create"] = creating, creating_resource
    scheduler._SCHEDULE_TICK_INTERVAL = 1


# --- internal ---


def _fire(target: dict, schedule: dict) -> None:
    arn = str(target.get("Arn", ""))
    now = datetime.now(timezone.utc)
    attributes = {
        "schedule-arn": str(schedule.get("Arn", "")),
        "scheduled-time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "execution-id": str(uuid.uuid4()),
        "attempt-number": "1",
    }
    body = str(target.get("Input") or "{}")
    for name, value in attributes.items():
        body = body.replace(f"<aws.scheduler.{name}>", value)
    failure = _send(target, schedule, arn, body, {})
    if failure is None:
        return
    _log.warning("Scheduler: %s not delivered to %s: %s", schedule.get("Name"), arn, failure[1])
    dlq = str((target.get("DeadLetterConfig") or {}).get("Arn") or "")
    facts = {
        "ERROR_CODE": failure[0],
        "ERROR_MESSAGE": failure[1],
        "EXECUTION_ID": attributes["execution-id"],
        "RETRY_ATTEMPTS": "0",
        "SCHEDULED_TIME": attributes["scheduled-time"],
        "SCHEDULE_ARN": attributes["schedule-arn"],
        "TARGET_ARN": arn,
    }
    if dlq:
        _send(target, schedule, dlq, body, facts)


def _send(target: dict, schedule: dict, arn: str, body: str, facts: dict[str, str]) -> tuple[str, str] | None:
    """Sends as the execution role; ERROR_CODE and ERROR_MESSAGE if it may not, or no queue is there."""
    session = hashlib.sha256(str(schedule.get("Arn", "")).encode()).hexdigest()[:32]
    call = session_call(str(target.get("RoleArn", "")), session, "sqs", "SendMessage")
    refused = denial(call, "sqs:SendMessage", arn)
    queue = sqs._queue_by_arn(arn)
    call_log.write(call, Answer(403 if refused else 200), datetime.now(timezone.utc))
    if refused:
        return "AccessDenied", refused
    if queue is None:
        return "AWS.SimpleQueueService.NonExistentQueue", f"{arn} does not exist."
    enqueue(queue, body, facts)
    return None
