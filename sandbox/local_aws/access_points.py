"""Access points by their alias, which a call may name in the place of a bucket.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html
"""

from __future__ import annotations

from dataclasses import dataclass

from ministack.services import s3


@dataclass(frozen=True)
class AccessPoint:
    """An access point and the bucket behind it."""

    account: str
    arn: str
    bucket: str


def access_point(alias: str | None) -> AccessPoint | None:
    """The access point of an alias, or None."""
    found = s3.resolve_access_point_alias(alias) if alias else None
    if found is None:
        return None
    account, region, record = found
    return AccessPoint(account, s3.access_point_arn(record["Name"], account, region), record["Bucket"])
