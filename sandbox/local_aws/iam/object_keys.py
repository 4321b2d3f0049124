"""A key that begins or ends with a slash, or has two in a row, is a key like any other.

MiniStack's IAM drops the empty parts of a path: it takes the object `//` for its bucket, and `a//b`
for `a/b`. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions

#: A key without a slash, which MiniStack reads right.
_PLAIN = "key"


def install() -> None:
    """Wraps MiniStack's naming of an S3 request's action and resources."""
    action_of, resource_of = iam_actions._s3_action, iam_actions.extract_resource_arn
    checks_of = iam_actions.s3_additional_checks

    def action(method: str, path: str, query: dict) -> str | None:
        bucket, key = _parts(path)
        return action_of(method, _path(bucket, key), query)

    def resource(service: str, method: str, path: str, *rest: Any, **named: Any) -> Any:
        bucket, key = _parts(path)
        if service == "s3" and key:
            return f"arn:aws:s3:::{bucket}/{key}"
        return resource_of(service, method, path, *rest, **named)

    def checks(method: str, path: str, *rest: Any) -> list[tuple[str, str]]:
        bucket, key = _parts(path)
        plain, right = f"arn:aws:s3:::{bucket}/{_PLAIN}", f"arn:aws:s3:::{bucket}/{key}"
        found = checks_of(method, _path(bucket, key), *rest)
        return [(name, right if key and arn == plain else arn) for name, arn in found]

    iam_actions._s3_action = action
    iam_actions.extract_resource_arn = resource
    iam_actions.s3_additional_checks = checks


# --- internal ---


def _parts(path: str) -> tuple[str, str]:
    bucket, _, key = path.removeprefix("/").partition("/")
    return bucket, key


def _path(bucket: str, key: str) -> str:
    return f"/{bucket}/{_PLAIN}" if key else f"/{bucket}"
