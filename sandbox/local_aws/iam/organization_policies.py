"""Service and resource control policies of the organization.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html:
each level from the root to the account must allow, and any may deny, what a member's principals
do, its root user included; not those of the management account, nor service-linked roles.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html: resource
control policies deny access to a member's buckets and keys, to everybody. Messages:
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
MiniStack keeps these policies and evaluates none; it also leaves FullAWSAccess off a new unit.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from ministack.core import iam_actions, iam_evaluator as iam
from ministack.core.responses import request_scope
from ministack.services import organizations, s3

_SERVICE, _RESOURCE = "service control policy", "resource control policy"
_EVERYTHING = [iam.parse_policy_document({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})]


class Layer(list):  # type: ignore[type-arg]
    """The service control policies of one level, as a limit of what a principal may do."""


class Denying(str):
    """The resource that a control policy denies, with the kind of policy; in the place of MiniStack's
    plain text.
    """

    kind = ""
    explicit = True


def install() -> None:
    """Wraps MiniStack's evaluation and messages."""
    resolve, evaluate, combine = iam.resolve_principal, iam.evaluate, iam.combine_resource_policy
    message, create, allows = (
        iam_actions._resource_policy_denial,
        organizations._DISPATCH["CreateOrganizationalUnit"],
        s3._foreign_bucket_allows,
    )

    def resolved(access_key: str, account: str, credential: Any = None) -> Any:
        principal = resolve(access_key, account, credential)
        return _limited(principal) if isinstance(principal, iam.PrincipalInfo) else principal

    def evaluated(ctx: iam.EvalContext, policies: list, *limits: list) -> iam.EvalResult:
        refused = _refusal(ctx, [limit for limit in limits if isinstance(limit, Layer)], _SERVICE)
        return refused or evaluate(ctx, policies, *limits)

    def combined(identity: iam.EvalResult, ctx: iam.EvalContext, policy: Any, owner: str | None, **rest: Any) -> Any:
        layers = _layers(owner, "RESOURCE_CONTROL_POLICY") if owner and identity.decision != "Deny" else []
        return _refusal(ctx, layers, _RESOURCE) or combine(identity, ctx, policy, owner, **rest)

    def foreign_allows(owner: str, bucket: str, key: str, method: str, query: dict, caller: str, *rest: Any) -> bool:
        layers = _layers(owner, "RESOURCE_CONTROL_POLICY")
        if layers:
            arn = f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"
            who = f"arn:aws:iam::{caller}:root" if caller else "*"
            named = iam_actions._s3_action(method, f"/{bucket}/{key}" if key else f"/{bucket}", query)
            action = f"s3:{named or ('GetObject' if method in ('GET', 'HEAD') else 'PutObject')}"
            context = iam.EvalContext(who, "Root" if caller else "Anonymous", caller or "", action, arn, "us-east-1")
            if _refusal(context, layers, _RESOURCE):
                return False
        return bool(allows(owner, bucket, key, method, query, caller, *rest))

    def denied(service: str, action: str, principal: str, resource: str) -> str:
        text: str = message(service, action, principal, str(resource))
        if not isinstance(resource, Denying):
            return text
        head = text.removesuffix("with an explicit deny in a resource-based policy")
        how = f"with an explicit deny in a {resource.kind}"
        return head + (how if resource.explicit else f"because no {resource.kind} allows the {action} action")

    def created(payload: dict[str, Any]) -> tuple:
        answer = create(payload)
        if answer[0] == 200:
            unit = json.loads(answer[2])["OrganizationalUnit"]["Id"]
            full = organizations.FULL_ACCESS_POLICY_ID
            organizations._attachments[full] = [*(organizations._attachments.get(full) or []), unit]
        return answer

    iam.resolve_principal, iam.evaluate, iam.combine_resource_policy = resolved, evaluated, combined
    iam_actions._resource_policy_denial, s3._foreign_bucket_allows = denied, foreign_allows
    organizations._DISPATCH["CreateOrganizationalUnit"] = created


# --- internal ---


def _limited(principal: iam.PrincipalInfo) -> iam.PrincipalInfo:
    layers = _layers(principal.account, "SERVICE_CONTROL_POLICY")
    if not layers or ":assumed-role/AWSServiceRoleFor" in principal.arn:
        return principal
    if principal.policies is not None:
        return replace(principal, limits=[*principal.limits, *layers])
    governed = any(layer != _EVERYTHING for layer in layers) or _layers(principal.account, "RESOURCE_CONTROL_POLICY")
    return replace(principal, policies=_EVERYTHING, limits=layers) if governed else principal


def _refusal(ctx: iam.EvalContext, layers: list[Layer], kind: str) -> iam.EvalResult | None:
    """The denial of the first layer that denies or, of service control policies, does not allow."""
    for layer in layers:
        statements = [statement for document in layer for statement in document]
        deny = iam._first_match(ctx, statements, "Deny")
        allow = kind == _RESOURCE or iam._first_match(ctx, statements, "Allow")
        if deny or not allow:
            resource = Denying(ctx.resource_arn)
            resource.kind, resource.explicit = kind, deny is not None
            sid = deny.sid if deny else ""
            return iam.EvalResult("Deny", ctx.principal_arn, sid, kind, resource)
    return None


def _layers(account: str, kind: str) -> list[Layer]:
    """The policies of each level from the root to a member account; none outside an organization."""
    managers = [manager for manager, member in organizations._accounts._data if member == account != manager]
    if not managers:
        return []
    with request_scope(managers[0], "us-east-1"):
        chain, at = [], account
        while at:
            chain.append(at)
            record = organizations._accounts.get(at) or organizations._ous.get(at) or {}
            at = record.get("_ParentId")
        attached = organizations._attachments
        policies = [(name, policy) for name, policy in organizations._policies.items() if policy["Type"] == kind]
        layers = [
            Layer(iam.parse_policy_document(p["_Content"]) for name, p in policies if target in (attached.get(name) or []))
            for target in reversed(chain)
        ]
    return [layer for layer in layers if layer] if kind == "RESOURCE_CONTROL_POLICY" else layers
