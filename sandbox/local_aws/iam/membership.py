"""An account joins or leaves another's organization, which on AWS takes an invitation.

PUT and DELETE /_bucketseal/organization?account=A&manager=M: the only way to have the account that
Bucketseal is deployed to, which manages an organization of its own, under a service control policy.
"""

from __future__ import annotations

import time

from ministack.core.responses import request_scope
from ministack.services import organizations


def join(account: str, manager: str) -> None:
    """The account becomes a member, below the root."""
    with request_scope(manager, "us-east-1"):
        organizations._ensure_org()
        unit = organizations._orgs["self"]["Id"]
        organizations._accounts[account] = {
            "Id": account,
            "Arn": f"arn:aws:organizations::{manager}:account/{unit}/{account}",
            "Email": f"{account}@example.com",
            "Name": account,
            "Status": "ACTIVE",
            "JoinedMethod": "INVITED",
            "JoinedTimestamp": int(time.time()),
            "Path": "/",
            "_ParentId": next(iter(organizations._roots)),
        }
        full = organizations.FULL_ACCESS_POLICY_ID
        organizations._attachments[full] = [*(organizations._attachments.get(full) or []), account]


def leave(account: str, manager: str) -> None:
    """The account is no member any more."""
    with request_scope(manager, "us-east-1"):
        organizations._accounts.pop(account, None)
        for name, targets in list(organizations._attachments.items()):
            organizations._attachments[name] = [target for target in targets if target != account]
