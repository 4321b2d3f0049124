"""Whose organization an account is in, and who may ask about it.

Only the management account and, for what changes nothing, delegated administrators may:
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
DescribeOrganization may be called from any account of it. MiniStack gives every account that asks
an organization of its own; here that holds only for accounts that are in no other.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, request_scope
from ministack.services import organizations

from .delegation import is_delegated


def manager_of(account: str) -> str:
    """The management account of the account's organization; itself if it is in no other's."""
    if organizations._orgs.get_scoped(account, None, "self"):
        return account
    managers = [manager for manager, member in organizations._accounts._data if member == account]
    return str(managers[0]) if managers else account


def install() -> None:
    """Wraps MiniStack's handler, which answers each account about its own."""
    handle = organizations.handle_request

    async def handled(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> tuple:
        asking = get_account_id()
        manager = manager_of(asking)
        operation = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        if manager != asking and not _may(operation, asking, manager):
            text = "You don't have permissions to access this resource."
            return tuple(error_response_json("AccessDeniedException", text, 400))
        with request_scope(manager, get_region()):
            return tuple(await handle(method, path, headers, body, query))

    organizations.handle_request = handled


# --- internal ---


def _may(operation: str, asking: str, manager: str) -> bool:
    if operation == "DescribeOrganization":
        return True
    return operation.startswith(("Describe", "List")) and is_delegated(asking, manager)
