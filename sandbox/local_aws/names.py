"""Service and API call of a request."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote

from ministack.core.iam_actions import extract_iam_action
from ministack.core.router import detect_service

from .names_of_s3 import CONTROL, s3_api

_RENAMED = {("lambda", "InvokeFunction"): "Invoke"}


def name_of(
    method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, str]
) -> tuple[str, str, str | None, str | None]:
    """The service, the API call, and for S3 calls the bucket and the key."""
    if path.startswith(CONTROL):
        return "s3", s3_api(method, None, None, query, headers, path), _control_bucket(path), None
    params: dict[str, list[str]] = {name: [value] for name, value in query.items()}
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        params = {**parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True), **params}
    service = detect_service(method, path, headers, params)
    if service == "s3":
        bucket, _, key = path.lstrip("/").partition("/")
        return service, s3_api(method, bucket, key, query, headers, path), bucket or None, key or None
    return service, _api(service, method, path, headers, body, params), None, None


def _api(
    service: str, method: str, path: str, headers: dict[str, str], body: bytes, params: dict[str, list[str]]
) -> str:
    target = headers.get("x-amz-target", "")
    if "." in target:
        return target.rsplit(".", 1)[1]
    if "Action" in params:
        return params["Action"][0]
    if "/operation/" in path and "smithy-protocol" in headers:
        return path.rsplit("/", 1)[1]
    if service == "account":
        return path.strip("/")[:1].upper() + path.strip("/")[1:]
    action = extract_iam_action(service, method, path, headers, body, params) or f"{service}:{method}"
    name = action.split(":", 1)[1]
    return _RENAMED.get((service, name), name)


def _control_bucket(path: str) -> str | None:
    if not path.startswith(f"{CONTROL}tags/"):
        return None
    resource = unquote(path[len(CONTROL) + len("tags/") :])
    return resource.rsplit(":", 1)[-1].split("/", 1)[0]
