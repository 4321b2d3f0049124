"""A KMS call by alias is authorized on the key behind the alias.

https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html: policies name
keys, not aliases, except for the calls that manage aliases. MiniStack authorizes on the alias.
DescribeKey also says who owns the key.
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions
from ministack.services import kms

from .keys import key_arn

_MANAGE_ALIASES = ("CreateAlias", "UpdateAlias", "DeleteAlias")


def install() -> None:
    """Wraps MiniStack's choice of the resource and its description of a key."""
    extract, metadata = iam_actions.extract_resource_arn, kms._key_metadata

    def resource(
        service: str, method: str, path: str, headers: dict, body: bytes, query: dict, region: str, account: str
    ) -> str:
        found = extract(service, method, path, headers, body, query, region, account)
        if service != "kms" or ":alias/" not in found or headers.get("x-amz-target", "").endswith(_MANAGE_ALIASES):
            return found
        return key_arn(account, region, found) or found

    def described(record: dict[str, Any]) -> dict[str, Any]:
        return {"AWSAccountId": str(record["Arn"]).split(":")[4], **metadata(record)}

    iam_actions.extract_resource_arn = resource
    kms._key_metadata = described
