"""The KMS key of an object write or read: found, allowed to the caller, and usable, or refused.

Codes and texts: docs/aws-behaviour.md 2.3 (HTTP 400 with the `KMS.` prefix; a missing permission
is a plain 403). S3 calls KMS as the caller, through `kms:ViaService`, with the object's ARN
(with a bucket key: the bucket's) as context:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from ...buckets import bucket_owner, bucket_region
from ...call import Call
from ...kms.keys import find_key as kms_key
from ...iam.permissions import denial, implied
from . import bucket_keys
from .encryption import Encryption
from ...kms.managed_key import ALIAS, ensure_managed_key
from ...kms.spreading import state_for_s3
from ..seams import Refusal

#: What S3 answers to an anonymous request for an object under KMS, whatever the policies say:
#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
_ANONYMOUS = (
    "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4."
)
_KEY_ID = re.compile(r"(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True)
class Key:
    """A KMS key, with the fields S3 looks at."""

    arn: str
    state: str
    usage: str
    spec: str
    policy: str


def find_key(call: Call | None, bucket: str, reference: str | None) -> Key:
    """The key behind an id, ARN or alias in the bucket's Region, relative to the caller's account.
    Raises Refusal.
    """
    region = bucket_region(bucket) or "us-east-1"
    account = call.account if call else bucket_owner(bucket) or "000000000000"
    reference = reference or ALIAS
    if reference.startswith("arn:"):
        parts = reference.split(":", 5)
        if len(parts) < 6 or parts[3] != region:
            raise _not_found(f"Invalid arn {parts[3] if len(parts) > 3 else reference}")
        account, full = parts[4], reference
    elif reference.startswith("alias/"):
        full = f"arn:aws:kms:{region}:{account}:{reference}"
    elif _KEY_ID.fullmatch(reference):
        full = f"arn:aws:kms:{region}:{account}:key/{reference}"
    else:
        raise _not_found(f"Invalid keyId '{reference}'")
    if full.endswith(f":{ALIAS}"):
        ensure_managed_key(account, region)
    found = kms_key(account, region, reference)
    if found is None:
        alias = ":alias/" in full
        raise _not_found(f"Alias {full} is not found." if alias else f"Key '{full}' does not exist")
    state = state_for_s3(found["Arn"], found["KeyState"])
    return Key(found["Arn"], state, found["KeyUsage"], found["KeySpec"], str(found.get("Policy", "")))


def use_key(call: Call | None, action: str, key: Key, context: dict[str, Any]) -> None:
    """Checks permission and state for one KMS action of S3. Raises Refusal."""
    if call is not None and not call.access_key:
        raise Refusal(400, "InvalidArgument", _ANONYMOUS, ArgumentName="Authorization", ArgumentValue="null")
    if bucket_keys.is_kept(call, action, key.arn, context):
        return
    if call is not None and not implied(call, action, key.arn, context):
        raise Refusal(403, "AccessDenied", denial(call, action, key.arn, context) or "Access Denied")
    if key.usage != "ENCRYPT_DECRYPT" or key.spec != "SYMMETRIC_DEFAULT":
        operation = action.removeprefix("kms:")
        message = f"{key.arn} key usage is {key.usage} which is not valid for {operation}."
        raise Refusal(400, "KMS.InvalidKeyUsageException", message)
    if key.state == "Disabled":
        raise Refusal(400, "KMS.DisabledException", f"{key.arn} is disabled.")
    if key.state != "Enabled":
        words = {"PendingDeletion": "is pending deletion.", "PendingImport": "is pending import."}
        raise Refusal(400, "KMS.KMSInvalidStateException", f"{key.arn} {words.get(key.state, 'is not usable.')}")
    bucket_keys.keep(call, action, key.arn, context)


def key_context(call: Call | None, bucket: str, key: str, encryption: Encryption) -> dict[str, Any]:
    """The condition keys of a KMS call S3 makes for an object."""
    pairs = {**_caller_context(encryption), "aws:s3:arn": f"arn:aws:s3:::{bucket}"}
    if not encryption.bucket_key:
        pairs["aws:s3:arn"] += f"/{key}"
    keys: dict[str, Any] = {f"kms:EncryptionContext:{name}": value for name, value in pairs.items()}
    keys["kms:EncryptionContextKeys"] = list(pairs)
    keys["kms:ViaService"] = f"s3.{bucket_region(bucket) or 'us-east-1'}.amazonaws.com"
    if call is not None:
        keys["kms:CallerAccount"] = call.account
    return keys


def merged_context(encryption: Encryption, bucket: str, key: str) -> str | None:
    """The caller's encryption context as S3 returns it: with the object's ARN; None if the caller
    gave none.
    """
    if encryption.context is None:
        return None
    pairs = {**_caller_context(encryption), "aws:s3:arn": f"arn:aws:s3:::{bucket}/{key}"}
    return base64.b64encode(json.dumps(pairs, separators=(",", ":")).encode()).decode()


# --- internal ---


def _caller_context(encryption: Encryption) -> dict[str, str]:
    if encryption.context is None:
        return {}
    try:
        pairs = json.loads(base64.b64decode(encryption.context, validate=True))
    except (binascii.Error, ValueError):
        pairs = None
    if not isinstance(pairs, dict):
        raise Refusal(400, "InvalidArgument", "The header 'x-amz-server-side-encryption-context' must be base64 JSON")
    return {str(name): str(value) for name, value in pairs.items()}


def _not_found(message: str) -> Refusal:
    return Refusal(400, "KMS.NotFoundException", message)
