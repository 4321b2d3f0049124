"""Delegated administrators of an organization, and the services it trusts.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html
Which services exist and support it is not checked. MiniStack knows none of these operations.
"""

from __future__ import annotations

import time
from typing import Any

from ministack.core.responses import error_response_json, get_account_id
from ministack.services import organizations

#: By management account: the trusted services, and of each administrator its services.
_trusted: dict[str, dict[str, int]] = {}
_delegated: dict[str, dict[str, dict[str, int]]] = {}


def is_delegated(account: str, manager: str) -> bool:
    """Whether the account is a delegated administrator, of any service."""
    return bool(_delegated.get(manager, {}).get(account))


def install() -> None:
    """Adds the operations."""
    organizations._DISPATCH.update(
        {
            "EnableAWSServiceAccess": _enable,
            "ListAWSServiceAccessForOrganization": _list_trusted,
            "RegisterDelegatedAdministrator": _register,
            "DeregisterDelegatedAdministrator": _deregister,
            "ListDelegatedAdministrators": _list_administrators,
            "ListDelegatedServicesForAccount": _list_services,
        }
    )


# --- internal ---


def _enable(payload: dict[str, Any]) -> tuple:
    organizations._ensure_org()
    _trusted.setdefault(get_account_id(), {})[str(payload.get("ServicePrincipal"))] = int(time.time())
    return tuple(organizations._json(200, {}))


def _list_trusted(_payload: dict[str, Any]) -> tuple:
    enabled = [{"ServicePrincipal": n, "DateEnabled": d} for n, d in _trusted.get(get_account_id(), {}).items()]
    return tuple(organizations._json(200, {"EnabledServicePrincipals": enabled}))


def _register(payload: dict[str, Any]) -> tuple:
    organizations._ensure_org()
    manager, account, service = get_account_id(), str(payload.get("AccountId")), str(payload.get("ServicePrincipal"))
    record = organizations._accounts.get(account)
    if record is None:
        return _error("AccountNotFoundException", f"We can't find an account with the AccountId {account}")
    if account == manager:
        return _error("ConstraintViolationException", "You cannot register the management account.")
    if record.get("Status") != "ACTIVE":
        return _error("ConstraintViolationException", "You cannot register a suspended account.")
    if service not in _trusted.get(manager, {}):
        return _error("ConstraintViolationException", "You must enable trusted access for the service first.")
    services = _delegated.setdefault(manager, {}).setdefault(account, {})
    if service in services:
        return _error("AccountAlreadyRegisteredException", "The account is already registered.")
    services[service] = int(time.time())
    return tuple(organizations._json(200, {}))


def _deregister(payload: dict[str, Any]) -> tuple:
    services = _delegated.get(get_account_id(), {}).get(str(payload.get("AccountId")), {})
    if services.pop(str(payload.get("ServicePrincipal")), None) is None:
        return _error("AccountNotRegisteredException", "The account is not registered for the service.")
    return tuple(organizations._json(200, {}))


def _list_administrators(payload: dict[str, Any]) -> tuple:
    wanted, found = payload.get("ServicePrincipal"), []
    for account, services in _delegated.get(get_account_id(), {}).items():
        record = organizations._accounts.get(account)
        if record and services and (wanted is None or wanted in services):
            public = {n: v for n, v in organizations._public_account(record).items() if n != "Paths"}
            found.append({**public, "DelegationEnabledDate": min(services.values())})
    return tuple(organizations._json(200, {"DelegatedAdministrators": found}))


def _list_services(payload: dict[str, Any]) -> tuple:
    account = str(payload.get("AccountId"))
    if not is_delegated(account, get_account_id()):
        return _error("AccountNotRegisteredException", "The account is not registered.")
    services = _delegated[get_account_id()][account]
    found = [{"ServicePrincipal": name, "DelegationEnabledDate": date} for name, date in services.items()]
    return tuple(organizations._json(200, {"DelegatedServices": found}))


def _error(code: str, message: str) -> tuple:
    return tuple(error_response_json(code, message, 400))
