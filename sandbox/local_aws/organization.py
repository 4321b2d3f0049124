"""``aws:PrincipalOrgID``: the organization that has the caller's account as a member.

MiniStack gives every account an organization of its own; here the one that lists the account wins.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
"""

from __future__ import annotations

from ministack.core import iam_evaluator
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
    """Replaces MiniStack's own answer."""
    iam_evaluator._principal_org_id = organization_of
