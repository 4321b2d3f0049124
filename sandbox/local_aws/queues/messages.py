"""SNS and SQS calls: what AWS refuses, and the KMS permissions of encrypted topics and queues.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, docs/aws-behaviour.md 10 (subjects
in UTF-16 units); https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html:
publishing and sending need kms:GenerateDataKey and kms:Decrypt, receiving kms:Decrypt, through
the service.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

from ministack.core.responses import request_scope
from ministack.services import sns, sqs

from ..call import Answer, Call
from ..errors import service_error
from ..kms.keys import find_key
from ..iam.permissions import denial

_VALUE = re.compile(r"MessageAttributes\.entry\.(\d+)\.Value\.(StringValue|DataType)$")
_QUEUE_URL = re.compile(r'"QueueUrl"\s*:\s*"[^"]*/(\d{12})/([^"/]+)"')
_KMS_OF = {
    "SendMessage": ("kms:GenerateDataKey", "kms:Decrypt"),
    "SendMessageBatch": ("kms:GenerateDataKey", "kms:Decrypt"),
    "ReceiveMessage": ("kms:Decrypt",),
    "Publish": ("kms:GenerateDataKey", "kms:Decrypt"),
    "PublishBatch": ("kms:GenerateDataKey", "kms:Decrypt"),
}


async def before(call: Call) -> Answer | None:
    """Refuses what SNS refuses, then calls that the topic's or queue's key does not allow."""
    if call.service == "sns" and call.api in ("Publish", "PublishBatch"):
        form = {name: values[0] for name, values in parse_qs(call.body.decode(), keep_blank_values=True).items()}
        topic = form.get("TopicArn") or form.get("TargetArn") or ""
        if denial(call, "sns:Publish", topic) is not None:
            return None
        return _malformed(call, form) or _topic_key(call, topic)
    if call.service == "sqs" and call.api in _KMS_OF:
        return _queue_key(call)
    return None


# --- internal ---


def _malformed(call: Call, form: dict[str, str]) -> Answer | None:
    subject = form.get("Subject")
    if call.api == "Publish" and subject is not None:
        units = len(subject.encode("utf-16-le")) // 2
        if not 0 < units <= 100 or any(ord(char) < 32 or ord(char) == 127 for char in subject):
            return service_error(call, 400, "InvalidParameter", "Invalid parameter: Subject")
    for name, value in form.items():
        found = _VALUE.search(name)
        if found is None or found[2] != "StringValue":
            continue
        kind = form.get(name.replace("StringValue", "DataType"), "String")
        if value == "":
            text = f"The message attribute must contain non-empty message attribute value for type '{kind}'."
            return service_error(call, 400, "ParameterValueInvalid", text)
        if any(ord(char) > 0xFFFF for char in value):
            text = "The message attribute holds a character above #xFFFF."
            return service_error(call, 400, "ParameterValueInvalid", text)
    return None


def _topic_key(call: Call, arn: str) -> Answer | None:
    topic = sns._topic_by_arn_any_scope(arn) or {}
    named = str(topic.get("attributes", {}).get("KmsMasterKeyId") or "")
    refused = key_refusal(call, arn, named, "alias/aws/sns")
    return service_error(call, 400, f"KMS{refused[0]}", refused[1]) if refused else None


def _queue_key(call: Call) -> Answer | None:
    found = _QUEUE_URL.search(call.body.decode("utf-8", "replace"))
    if found is None:
        return None
    account, name = found[1], found[2]
    arn = f"arn:aws:sqs:{call.region}:{account}:{name}"
    if denial(call, f"sqs:{call.api.removesuffix('Batch')}", arn) is not None:
        return None
    with request_scope(account, call.region):
        queue: dict[str, Any] = sqs._queue_by_arn(arn) or {}
    refused = key_refusal(call, arn, str(queue.get("attributes", {}).get("KmsMasterKeyId") or ""), "alias/aws/sqs")
    return service_error(call, 400, f"Kms{refused[0]}", refused[1]) if refused else None


def key_refusal(call: Call, resource: str, named: str, managed: str) -> tuple[str, str] | None:
    """Why the resource's KMS key refuses the call (the code's suffix, message), or None."""
    if not named or named.endswith(managed):
        return None
    account, region = resource.split(":")[4], resource.split(":")[3]
    key = find_key(account, region, named)
    if key is None:
        return "NotFound", f"Key '{named}' does not exist"
    context = {"kms:ViaService": f"{call.service}.{region}.amazonaws.com", "kms:CallerAccount": call.account}
    for action in _KMS_OF[call.api]:
        if action not in call.implied:
            call.implied.append(action)
        refused = denial(call, action, key["Arn"], context)
        if refused:
            return "AccessDenied", refused
    if key["KeyState"] == "Disabled":
        return "Disabled", f"{key['Arn']} is disabled."
    if key["KeyState"] != "Enabled":
        return "InvalidState", f"{key['Arn']} is pending deletion."
    return None
