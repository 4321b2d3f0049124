"""Builds a Call from the web server's request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, quote

import ministack.app as ministack
from ministack.core.router import extract_access_key_id, extract_region
from ministack.core.sigv4 import decode_header_value

from .access_points import access_point
from .call import Call
from .iam.identity import caller
from .names import name_of
from .signatures import Arrived


async def read(scope: dict, receive: Callable[[], Awaitable[dict]]) -> tuple[Call, Arrived]:
    """The call, and the request as it arrived."""
    raw = await body_of(receive)
    query_lists = parse_qs(scope.get("query_string", b"").decode("utf-8"), keep_blank_values=True)
    headers = _headers(scope)
    raw_path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    sent = dict(headers)
    body = _decoded(raw, headers)
    query = {name: values[0] for name, values in query_lists.items()}
    service, api, bucket, key = name_of(scope["method"], scope["path"], headers, body, query)
    access_key = extract_access_key_id(headers, query_lists)
    region = extract_region(headers, query_lists)
    who = caller(access_key, region)
    through = access_point(bucket)
    call = Call(
        method=scope["method"],
        path=scope["path"],
        query=query,
        headers=headers,
        body=body,
        service=service,
        api=api,
        bucket=through.bucket if through else bucket,
        named=bucket if through else None,
        key=key,
        version_id=query.get("versionId"),
        account=who.account,
        region=region,
        principal=who.principal,
        identity=who.identity,
        access_key=access_key or None,
        function=who.function,
        raw_path=raw_path,
        raw_query=scope.get("query_string", b"").decode("latin-1"),
    )
    return call, Arrived(scope["method"], raw_path, query_lists, scope["headers"], sent, raw, who.account, who.identity)


async def body_of(receive: Callable[[], Awaitable[dict]]) -> bytes:
    """The whole body of a request."""
    chunks: list[bytes] = []
    more = True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


# --- internal ---


def _headers(scope: dict) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in scope.get("headers", []):
        key, text = name.decode("latin-1").lower(), decode_header_value(value)
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _decoded(raw: bytes, headers: dict[str, str]) -> bytes:
    """The payload of an aws-chunked body; a broken one is left as it is, for MiniStack to refuse.
    """
    if "x-amz-decoded-content-length" not in headers:
        return raw
    trial = dict(headers)
    try:
        body = ministack._decode_aws_chunked_body(raw, trial)
    except ministack._IncompleteRequestBody:
        return raw
    for name in ("x-amz-decoded-content-length", "x-amz-trailer"):
        trial.pop(name, None)
    trial["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
    headers.clear()
    headers.update(trial)
    return body
