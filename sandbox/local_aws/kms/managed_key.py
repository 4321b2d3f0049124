"""The AWS managed key `aws/s3` of an account and Region: created on first use.

https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key; description
and policy follow docs/aws-behaviour.md 5: every principal of the account may use it, but only
through S3.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import kms

ALIAS = "alias/aws/s3"


def ensure_managed_key(account: str, region: str) -> None:
    """Creates the key and its alias if the account has none in the Region."""
    alias = f"arn:aws:kms:{region}:{account}:{ALIAS}"
    with request_scope(account, region):
        if alias in kms._aliases:
            return
        description = "Default key that protects my S3 objects when no other key is defined"
        policy = json.dumps(_policy(account, region))
        _, _, body = kms._create_key({"Description": description, "Policy": policy})
        key_id = json.loads(body)["KeyMetadata"]["KeyId"]
        kms._keys[key_id]["KeyManager"] = "AWS"
        kms._aliases[alias] = key_id


# --- internal ---


def _policy(account: str, region: str) -> dict[str, object]:
    through_s3 = {"kms:ViaService": f"s3.{region}.amazonaws.com", "kms:CallerAccount": account}
    use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
    look = ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"]
    everyone = {
        "Sid": "Allow access through S3 for all principals in the account that are authorized to use S3",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": use,
        "Resource": "*",
        "Condition": {"StringEquals": through_s3},
    }
    owner = {
        "Sid": "Allow direct access to key metadata to the account",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": look,
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Id": "auto-s3-2", "Statement": [everyone, owner]}


_metadata, _describe = kms._key_metadata, kms._describe_key


def _metadata_with_manager(record: dict[str, Any]) -> dict[str, Any]:
    return {**_metadata(record), "KeyManager": record.get("KeyManager", "CUSTOMER")}


def _describe_or_make(data: dict[str, Any]) -> tuple:
    """DescribeKey of the alias creates the key, as on AWS."""
    if str(data.get("KeyId", "")).endswith(ALIAS):
        ensure_managed_key(get_account_id(), get_region())
    return _describe(data)


kms._key_metadata, kms._describe_key = _metadata_with_manager, _describe_or_make
