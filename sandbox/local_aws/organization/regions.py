"""Account Management: which Regions an account has enabled.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html: Regions that were
added since March 2019 are disabled until an account opts in. Enabling takes minutes on AWS; here it is done at
once. In MiniStack every account has all of them, and cannot change that.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json, get_account_id
from ministack.services import account

_enabled: set[tuple[str, str]] = set()
_MOST = 50


def install() -> None:
    """Replaces MiniStack's operations, and adds those that change something."""
    account._DISPATCH.update(
        {
            "/listRegions": _list,
            "/getRegionOptStatus": _get,
            "/enableRegion": _enable,
            "/disableRegion": _disable,
        }
    )


# --- internal ---


def _status(region: str) -> str:
    if region not in account._OPT_IN_REQUIRED:
        return "ENABLED_BY_DEFAULT"
    return "ENABLED" if (get_account_id(), region) in _enabled else "DISABLED"


def _list(payload: dict[str, Any]) -> tuple:
    if (refusal := _of_another(payload)) is not None:
        return refusal
    wanted = payload.get("RegionOptStatusContains") or []
    most, start = payload.get("MaxResults", _MOST), int(payload.get("NextToken") or 0)
    if not isinstance(most, int) or not 1 <= most <= _MOST:
        return tuple(error_response_json("ValidationException", "MaxResults is invalid.", 400))
    found = [{"RegionName": name, "RegionOptStatus": _status(name)} for name in account._REGIONS_LIST]
    found = [one for one in found if not wanted or one["RegionOptStatus"] in wanted]
    following = {"NextToken": str(start + most)} if start + most < len(found) else {}
    return tuple(account._json(200, {"Regions": found[start : start + most], **following}))


def _get(payload: dict[str, Any]) -> tuple:
    region = payload.get("RegionName")
    if region not in account._REGIONS_LIST:
        return _unknown(region)
    return tuple(account._json(200, {"RegionName": region, "RegionOptStatus": _status(str(region))}))


def _enable(payload: dict[str, Any]) -> tuple:
    return _change(payload, _enabled.add)


def _disable(payload: dict[str, Any]) -> tuple:
    return _change(payload, _enabled.discard)


def _change(payload: dict[str, Any], change: Any) -> tuple:
    region = payload.get("RegionName")
    if region not in account._REGIONS_LIST:
        return _unknown(region)
    if region not in account._OPT_IN_REQUIRED:
        return tuple(error_response_json("ValidationException", "The Region is enabled by default.", 400))
    change((get_account_id(), region))
    return 200, {}, b""


def _of_another(payload: dict[str, Any]) -> tuple | None:
    """AccountId is for the management account and delegated administrators, with trusted access."""
    if not payload.get("AccountId"):
        return None
    return tuple(error_response_json("AccessDeniedException", "AccountId is not supported here.", 403))


def _unknown(region: Any) -> tuple:
    return tuple(error_response_json("ResourceNotFoundException", f"Region not found: {region}", 404))
