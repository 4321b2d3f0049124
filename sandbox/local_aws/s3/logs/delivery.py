"""A service writes a log to a bucket, or finds that it may not.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html: server access logs need a
target whose default encryption is SSE-S3, without default retention and Requester Pays, with a
bucket policy for ``logging.s3.amazonaws.com`` or, where ACLs are enabled, a grant to the log
delivery group. Logs of Application Load Balancers need SSE-S3 too:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
Others may write under a customer managed key whose policy lets the service generate data keys,
for example
https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-cmk-policy.html
Nobody is told about a log that was not delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_region, request_scope
from ministack.services import s3

from ...buckets import bucket_owner, bucket_region
from ..encryption.bucket_encryption import bucket_rule
from ..encryption.encryption import Encryption
from ..encryption.encryption_rule import KMS_ALGORITHMS
from ..encryption.keys import find_key, key_context, use_key
from ..seams import Refusal

S3_LOGS = "logging.s3.amazonaws.com"
_ONLY_SSE_S3 = (S3_LOGS, "logdelivery.elasticloadbalancing.amazonaws.com")
_GROUP = "http://acs.amazonaws.com/groups/s3/LogDelivery"


@dataclass(frozen=True)
class Sender:
    """The service that writes, and what it writes for."""

    service: str
    source_arn: str
    source_account: str


def deliver(sender: Sender, bucket: str, key: str, body: bytes) -> str | None:
    """Writes the log; or says why it is not written."""
    owner = bucket_owner(bucket)
    if owner is None:
        return "The specified bucket does not exist"
    with request_scope(owner, bucket_region(bucket) or "us-east-1"):
        try:
            _judge(sender, bucket, key)
            status, _, document = s3._put_object(bucket, key, body, {"content-type": "text/plain"})
        except Refusal as refusal:
            return refusal.message
    return None if status == 200 else document.decode("utf-8", "replace")


# --- internal ---


def _judge(sender: Sender, bucket: str, key: str) -> None:
    rule = bucket_rule(bucket)
    resource = f"arn:aws:s3:::{bucket}/{key}"
    if not _allowed(sender, s3._bucket_policies.get(bucket), "s3:PutObject", resource, {}, _granted(sender, bucket)):
        message = f"{sender.service} is not authorized to perform: s3:PutObject on resource: {resource}"
        raise Refusal(403, "AccessDenied", message)
    with_kms = rule.algorithm in KMS_ALGORITHMS
    if with_kms and sender.service in _ONLY_SSE_S3:
        raise Refusal(403, "AccessDenied", f"{sender.service} writes to buckets with SSE-S3 only")
    if sender.service == S3_LOGS and (s3._bucket_object_lock.get(bucket) or {}).get("default_retention"):
        raise Refusal(403, "AccessDenied", "The bucket has a default retention")
    if sender.service == S3_LOGS and "Requester" in str(s3._bucket_request_payment_config.get(bucket)):
        raise Refusal(403, "AccessDenied", "The requester pays for this bucket")
    if with_kms:
        _judge_key(sender, bucket, key, Encryption(rule.algorithm, rule.key, rule.bucket_key))


def _judge_key(sender: Sender, bucket: str, key: str, encryption: Encryption) -> None:
    """The key's policy must name the service, which has no identity policies."""
    found = find_key(None, bucket, encryption.key)
    context = key_context(None, bucket, key, encryption)
    if not _allowed(sender, found.policy, "kms:GenerateDataKey", found.arn, context):
        message = f"{sender.service} is not authorized to perform: kms:GenerateDataKey on resource: {found.arn}"
        raise Refusal(403, "AccessDenied", message)
    use_key(None, "kms:GenerateDataKey", found, context)


def _allowed(
    sender: Sender, policy: Any, action: str, resource: str, context: dict[str, Any], granted: bool = False
) -> bool:
    keys = {
        **{name.lower(): value for name, value in context.items()},
        "aws:sourcearn": sender.source_arn,
        "aws:sourceaccount": sender.source_account,
        "aws:principalisawsservice": "true",
        "aws:principalservicename": sender.service,
    }
    request = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource,
        region=get_region(),
        secure_transport=True,
        service_context=keys,
    )
    decision = iam_evaluator.evaluate_resource_policy(policy or {}, request, service=sender.service).decision
    return decision == "Allow" or (decision != "Deny" and granted)


def _granted(sender: Sender, bucket: str) -> bool:
    """Whether the bucket's ACL lets the log delivery group write; only server access logs use it."""
    if sender.service != S3_LOGS or s3._bucket_owner_enforced(s3._buckets[bucket]):
        return False
    grants = s3._acl_grants(s3._bucket_acl.get(bucket))
    return any(who == _GROUP and what in ("WRITE", "FULL_CONTROL") for who, what in grants)
