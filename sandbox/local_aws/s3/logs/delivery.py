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

from ministack.core.responses import request_scope
from ministack.services import s3

from ...buckets import bucket_owner, bucket_region
from ...iam.service_principal import Sender, decision
from ..encryption.bucket_encryption import bucket_rule
from ..encryption.encryption import Encryption
from ..encryption.encryption_rule import KMS_ALGORITHMS
from ..encryption.keys import find_key, key_context, use_key
from ..seams import Refusal

S3_LOGS = "logging.s3.amazonaws.com"
_ONLY_SSE_S3 = (S3_LOGS, "logdelivery.elasticloadbalancing.amazonaws.com")
_GROUP = "http://acs.amazonaws.com/groups/s3/LogDelivery"


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
    found = decision(sender, s3._bucket_policies.get(bucket), "s3:PutObject", resource)
    if found == "Deny" or (found != "Allow" and not _granted(sender, bucket)):
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
    if decision(sender, found.policy, "kms:GenerateDataKey", found.arn, context) != "Allow":
        message = f"{sender.service} is not authorized to perform: kms:GenerateDataKey on resource: {found.arn}"
        raise Refusal(403, "AccessDenied", message)
    use_key(None, "kms:GenerateDataKey", found, context)


def _granted(sender: Sender, bucket: str) -> bool:
    """Whether the bucket's ACL lets the log delivery group write; only server access logs use it."""
    if sender.service != S3_LOGS or s3._bucket_owner_enforced(s3._buckets[bucket]):
        return False
    grants = s3._acl_grants(s3._bucket_acl.get(bucket))
    return any(who == _GROUP and what in ("WRITE", "FULL_CONTROL") for who, what in grants)
