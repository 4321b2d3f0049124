"""Resource policies: Deny with NotPrincipal, and the caller from another account.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html: a
Deny spares a user only if the user and the account are both named, and a role's session only if
session, role and account are; services only if they are named. MiniStack never applies such a
statement. An Allow with NotPrincipal still allows nobody here. MiniStack also judges a caller from
another account as that account's root user, so that no statement about the caller itself applies.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import s3

from .identity import role_arn
from ..call import Call
from ..s3.seams import calling

#: The caller of the request whose bucket belongs to another account.
foreign: ContextVar[Call | None] = ContextVar("foreign", default=None)


def install() -> None:
    """Wraps MiniStack's evaluation of resource policies."""
    evaluate, allows = iam_evaluator.evaluate_resource_policy, s3._foreign_bucket_allows

    def evaluated(doc: Any, ctx: iam_evaluator.EvalContext, service: str | None = None, **options: Any) -> Any:
        call = foreign.get()
        if call is not None and call.principal and ctx.principal_arn == f"arn:aws:iam::{call.account}:root":
            kind = "AssumedRole" if ":assumed-role/" in call.principal else "User"
            ctx = replace(ctx, principal_arn=call.principal, principal_type=kind)
        return evaluate(_without_not_principal(doc, ctx.principal_arn, service), ctx, service, **options)

    def foreign_allows(owner: str, bucket: str, key: str, *rest: Any, **more: Any) -> bool:
        token = foreign.set(calling.get())
        try:
            return bool(allows(owner, bucket, key, *rest, **more))
        finally:
            foreign.reset(token)

    iam_evaluator.evaluate_resource_policy, s3._foreign_bucket_allows = evaluated, foreign_allows


# --- internal ---


def _without_not_principal(doc: Any, caller: str, service: str | None) -> Any:
    """The document with NotPrincipal resolved for this caller."""
    if "NotPrincipal" not in (doc if isinstance(doc, str) else json.dumps(doc or {})):
        return doc
    try:
        parsed = json.loads(doc) if isinstance(doc, str) else doc
    except ValueError:
        return doc
    statements = parsed.get("Statement", [])
    resolved = []
    for statement in statements if isinstance(statements, list) else [statements]:
        if isinstance(statement, dict) and "NotPrincipal" in statement:
            if statement.get("Effect") != "Deny" or _spares(statement["NotPrincipal"], caller, service):
                continue
            statement = {**{n: v for n, v in statement.items() if n != "NotPrincipal"}, "Principal": "*"}
        resolved.append(statement)
    return {**parsed, "Statement": resolved}


def _spares(excepted: Any, caller: str, service: str | None) -> bool:
    if excepted == "*":
        return True
    named = {kind: names if isinstance(names, list) else [names] for kind, names in excepted.items()}
    if service is not None:
        return service in named.get("Service", [])
    principals = named.get("AWS", [])
    if "*" in principals:
        return True
    parts = caller.split(":")
    if len(parts) < 6:
        return False
    account = {parts[4], f"arn:aws:iam::{parts[4]}:root"}
    itself = {caller, role_arn(caller)} if ":assumed-role/" in caller else {caller}
    if caller.endswith(":root"):
        return bool(account.intersection(principals))
    return bool(account.intersection(principals)) and itself.issubset(principals)
