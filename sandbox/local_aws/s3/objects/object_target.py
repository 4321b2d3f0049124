"""MiniStack's records of one version of an object: the current object, its history, or both."""

from __future__ import annotations

from typing import Any

from ministack.services import s3

from ..seams import Refusal


def object_to_update(bucket: str, key: str, version: str | None) -> list[dict[str, Any]]:
    """All records of the current object or of a version, at least one. Raises S3's Refusal.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html: 404 where a delete
    marker is current, 405 for one named by its version.
    """
    current = s3._buckets[bucket]["objects"].get(key)
    if version is None and current is None:
        raise Refusal(404, "NoSuchKey", "The specified key does not exist.", Key=key)
    wanted = version or (current or {}).get("version_id") or "null"
    found = [entry for entry in s3._object_versions.get((bucket, key), []) if entry["version_id"] == wanted]
    if current is not None and (current.get("version_id") or "null") == wanted:
        found.insert(0, current)
    if not found:
        message = "The specified version does not exist."
        raise Refusal(404, "NoSuchVersion", message, Key=key, VersionId=str(version))
    if found[0].get("is_delete_marker"):
        message = "The specified method is not allowed against this resource."
        raise Refusal(405, "MethodNotAllowed", message, Method="PUT", ResourceType="DeleteMarker")
    return found
