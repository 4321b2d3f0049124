"""``aws:PrincipalOrgID``, ``aws:ResourceOrgID``, and the resources of calls to Organizations.

The former are the organizations that have the caller's account, and the resource's, as a member.
MiniStack gives every account an organization of its own and does not know the second key; here the
organization that lists the account wins.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid
A call is authorized on the account, organizational unit or root in the request, or else on
everything; MiniStack has one resource for all:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import request_scope
from ministack.services import organizations

from ..buckets import bucket_owner
from ..organization.manager import manager_of

#: Where a request names what the call is authorized on; other calls are left to MiniStack.
_NAMED_BY = {
    "CloseAccount": "AccountId",
    "DescribeAccount": "AccountId",
    "DescribeOrganizationalUnit": "OrganizationalUnitId",
    "ListAccountsForParent": "ParentId",
    "ListOrganizationalUnitsForParent": "ParentId",
    "ListParents": "ChildId",
    "ListTagsForResource": "ResourceId",
}
_ON_EVERYTHING = ("DescribeOrganization", "ListAccounts", "ListDelegatedAdministrators", "ListRoots")


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
    extract, resolve = iam_actions.extract_resource_arn, iam_evaluator._resolve_condition_key

    def resource(
        service: str, method: str, path: str, headers: dict, body: bytes, query: dict, region: str, account: str
    ) -> str:
        found: str = extract(service, method, path, headers, body, query, region, account)
        operation = headers.get("x-amz-target", "").rsplit(".", 1)[-1] if service == "organizations" else ""
        if operation in _ON_EVERYTHING:
            return "*"
        return _named_arn(_NAMED_BY[operation], account, region, body) or found if operation in _NAMED_BY else found

    def key(name: str, context: iam_evaluator.EvalContext) -> Any:
        if name.lower() == "aws:resourceorgid":
            owner = _owner(context.resource_arn)
            return organization_of(owner) if owner else None
        return resolve(name, context)

    iam_actions.extract_resource_arn, iam_evaluator._resolve_condition_key = resource, key


# --- internal ---


def _named_arn(field: str, account: str, region: str, body: bytes) -> str | None:
    try:
        named = str(json.loads(body or b"{}").get(field))
    except ValueError:
        return None
    with request_scope(manager_of(account), region):
        records = (organizations._accounts, organizations._ous, organizations._roots)
        found = next((record for kind in records if (record := kind.get(named))), None)
    return str(found["Arn"]) if found else None


def _owner(arn: str) -> str | None:
    """The account of a resource; of a bucket and its objects, which ARNs do not say, the owner."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return None
    return parts[4] or bucket_owner(parts[5].split("/", 1)[0])
