"""GetBucketPolicyStatus: whether a bucket's policy is public, as Block Public Access counts it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
("The meaning of public"): a policy counts as public until each of its Allow statements grants to
fixed principals, or only under a condition with fixed values. An operator with IfExists lets a
request without the key pass, so it fixes nothing, and neither does a negated one. MiniStack has
no such call; it judges policies for BlockPublicPolicy and RestrictPublicBuckets, and takes
IfExists for a condition that narrows.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ministack.services import s3

from ..encryption.encryption_rule import NAMESPACE
from ..seams import Refusal, Response, around

_IF_EXISTS = "ifexists"


def bucket_policy_status(bucket: str) -> Response:
    """The response to GetBucketPolicyStatus."""
    if bucket not in s3._buckets:
        return Refusal(404, "NoSuchBucket", "The specified bucket does not exist", BucketName=bucket).response()
    policy = s3._bucket_policies.get(bucket)
    if not policy:
        message = "The bucket policy does not exist"
        return Refusal(404, "NoSuchBucketPolicy", message, BucketName=bucket).response()
    root = Element("PolicyStatus", xmlns=NAMESPACE)
    SubElement(root, "IsPublic").text = "TRUE" if s3._policy_is_public(policy) else "FALSE"
    return 200, {"Content-Type": "application/xml"}, b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root)


@around("_statement_is_public")
def statement_is_public(inner: Any, statement: dict[str, Any]) -> bool:
    conditions = statement.get("Condition")
    if not isinstance(conditions, dict):
        return bool(inner(statement))
    fixing = {name: keys for name, keys in conditions.items() if not str(name).lower().endswith(_IF_EXISTS)}
    return bool(inner({**statement, "Condition": fixing}))
