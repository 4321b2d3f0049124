"""Owner and Region of a bucket. Bucket names are global, MiniStack keeps buckets by account."""

from __future__ import annotations

from ministack.services import s3


def bucket_owner(bucket: str | None) -> str | None:
    """The account that owns a bucket, or None if there is no such bucket."""
    return s3._bucket_owner_account(bucket) if bucket else None


def bucket_region(bucket: str | None) -> str | None:
    """The Region of a bucket, or None if there is no such bucket."""
    owner = bucket_owner(bucket)
    record = s3._buckets.get_scoped(owner, None, bucket) if owner else None
    return str(record.get("region") or "us-east-1") if record else None
