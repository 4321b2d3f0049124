"""What accounts and organizational units look like: State and Paths.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html (Status was retired on
9 September 2026)
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
MiniStack answers Status and a path of names. It lets the management account be closed. Closing is
done at once here: nobody sees PENDING_CLOSURE.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json, get_account_id, request_scope
from ministack.services import organizations

_HIDDEN = ("Status", "Path")


def install() -> None:
    """Replaces MiniStack's views of an account and a unit, and wraps CloseAccount."""
    close = organizations._DISPATCH["CloseAccount"]

    def closed(payload: dict[str, Any]) -> tuple:
        account = str(payload.get("AccountId"))
        if account == get_account_id():
            text = "You can't close the management account."
            return tuple(error_response_json("ConstraintViolationException", text, 400))
        answer = tuple(close(payload))
        if answer[0] == 200:
            set_state(account, get_account_id(), "CLOSED")
        return answer

    organizations._public_account, organizations._public_ou = _account, _unit
    organizations._DISPATCH["CloseAccount"] = closed


def set_state(account: str, manager: str, state: str) -> None:
    """The account goes into a state: what AWS does with one that does not pay, for example."""
    with request_scope(manager, "us-east-1"):
        record = organizations._accounts.get(account)
        if record is not None:
            status = "ACTIVE" if state == "ACTIVE" else "SUSPENDED"
            organizations._accounts[account] = {**record, "Status": status, "_State": state}


def is_active(account: str) -> bool:
    """Whether the account may be used; accounts of no organization may."""
    records = [record for (_, member), record in organizations._accounts._data.items() if member == account]
    return all(record.get("Status") == "ACTIVE" for record in records)


# --- internal ---


def _account(record: dict[str, Any]) -> dict[str, Any]:
    return {
        **_public(record),
        "State": record.get("_State") or record.get("Status"),
        "Paths": [f"{_path(record)}{record['Id']}/"],
    }


def _unit(record: dict[str, Any]) -> dict[str, Any]:
    return {**_public(record), "Path": f"{_path(record)}{record['Id']}/"}


def _public(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if not name.startswith("_") and name not in _HIDDEN}


def _path(record: dict[str, Any]) -> str:
    """The path of what holds the account or unit, which ends with a slash."""
    chain, at = [], record.get("_ParentId")
    while at:
        chain.append(at)
        at = (organizations._ous.get(at) or {}).get("_ParentId")
    return "/".join([organizations._orgs["self"]["Id"], *reversed(chain)]) + "/"
