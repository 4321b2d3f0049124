"""``aws:PrincipalOrgID``, and the resource that ListParents is authorized on.

The former is the organization that has the caller's account as a member. MiniStack gives every
account an organization of its own; here the one that lists the account wins.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
ListParents is authorized on the account or organizational unit in the request; MiniStack has one
resource for all:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
"""

from __future__ import annotations

import json

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import request_scope
from ministack.services import organizations


def organization_of(account: str) -> str | None:
    """The id of the account's organization, or None."""
    managers = [manager for manager, member in organizations._accounts._data if member == account]
    for manager in sorted(managers, key=lambda manager: manager == account):
        found = organizations._orgs.get_scoped(manager, None, "self")
        if found:
            return str(found["Id"])
    return None


def install() -> None:
    """Replaces MiniStack's own implementations."""
    iam_evaluator._principal_org_id = organization_of
    extract = iam_actions.extract_resource_arn

    def resource(
        service: str, method: str, path: str, headers: dict, body: bytes, query: dict, region: str, account: str
    ) -> str:
        found = extract(service, method, path, headers, body, query, region, account)
        if service != "organizations" or not headers.get("x-amz-target", "").endswith(".ListParents"):
            return found
        return _child_arn(account, region, body) or found

    iam_actions.extract_resource_arn = resource


# --- internal ---


def _child_arn(account: str, region: str, body: bytes) -> str | None:
    try:
        child = str(json.loads(body or b"{}").get("ChildId"))
    except ValueError:
        return None
    with request_scope(account, region):
        found = organizations._accounts.get(child) or organizations._ous.get(child)
    return str(found["Arn"]) if found else None
