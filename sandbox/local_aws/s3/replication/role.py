"""What the role of a replication must be allowed to do.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html: S3
assumes it in a session named ``s3-replication`` (captured); it decrypts with the source's key and
encrypts with the replica's, each through S3 in the Region of the bucket, with the object's ARN
(with a bucket key: the bucket's) as context.
"""

from __future__ import annotations

from ...call import Call
from ...iam.permissions import denial
from ...iam.service_roles import session_call, trusts
from ..encryption.encryption import Encryption
from ..encryption.keys import find_key, key_context, use_key
from ..seams import Refusal

_SERVICE = "s3.amazonaws.com"


def may_replicate(role: str, source: tuple[str, str, Encryption], destination: tuple[str, Encryption]) -> Call:
    """A call of the role's session. Raises Refusal if it may not read the object or write its replica."""
    if not trusts(role, _SERVICE):
        raise Refusal(403, "AccessDenied", "AssumeRoleNotPermitted")
    call = session_call(role, "s3-replication", "s3", "PutObject")
    (bucket, key, encryption), (target, replica) = source, destination
    for action in ("s3:GetReplicationConfiguration", "s3:ListBucket"):
        _require(call, (action,), f"arn:aws:s3:::{bucket}")
    reads = ("s3:GetObjectVersionForReplication", *(() if encryption.with_kms else ("s3:GetObjectVersion",)))
    _require(call, reads, f"arn:aws:s3:::{bucket}/{key}")
    _require(call, ("s3:GetObjectVersionAcl",), f"arn:aws:s3:::{bucket}/{key}")
    _require(call, ("s3:ReplicateObject",), f"arn:aws:s3:::{target}/{key}")
    if encryption.with_kms:
        _use(call, "kms:Decrypt", bucket, key, encryption)
        _use(call, "kms:Encrypt", target, key, replica)
    return call


# --- internal ---


def _require(call: Call, one_of: tuple[str, ...], resource: str) -> None:
    refusals = [denial(call, action, resource) for action in one_of]
    if all(refusals):
        raise Refusal(403, "AccessDenied", str(refusals[0]))


def _use(call: Call, action: str, bucket: str, key: str, encryption: Encryption) -> None:
    use_key(call, action, find_key(call, bucket, encryption.key), key_context(call, bucket, key, encryption))
