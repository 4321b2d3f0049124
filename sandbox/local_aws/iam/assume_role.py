"""AssumeRole: the role's path, its account's state, session tags, and how long a session lasts.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: a chained session lasts an
hour at most, any other as long as the role allows.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html: session tags take sts:TagSession
from both sides, and transitive ones go on to the next session, which cannot change them.
MiniStack finds a role by its name, checks the trust policy only, and forgets which tags are
transitive.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from ministack.services import iam, sts

from ..call import Answer, Call
from ..errors import service_error
from ..organization.accounts import is_active
from .permissions import implied

_HOUR = 3600


async def before(call: Call) -> Answer | None:
    """Refuses what STS refuses."""
    if call.service != "sts" or call.api != "AssumeRole":
        return None
    form = {**call.query, **dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))}
    arn = form.get("RoleArn", "")
    account = arn.split(":")[4] if arn.count(":") == 5 else ""
    role = iam._roles.get_scoped(account, None, arn.rsplit("/", 1)[-1]) or {}
    if role.get("Arn") != arn or not is_active(account):
        return _denied(call, "sts:AssumeRole", arn)
    return _tags(call, form, arn, account) or _duration(call, form, role)


async def after(call: Call, answer: Answer) -> Answer:
    """Keeps the transitive tags with the new session."""
    transitive = call.state.get("transitive_tags")
    if transitive and answer.ok():
        key = answer.body.split(b"<AccessKeyId>", 1)[1].split(b"</AccessKeyId>", 1)[0].decode()
        session = sts._sessions[key]
        session["TransitiveTags"] = transitive
        own = {tag["Key"].lower() for tag in session["SessionTags"]}
        inherited = [tag for tag in transitive if tag["Key"].lower() not in own]
        session["SessionTags"] = [*session["SessionTags"], *inherited]
    return answer


# --- internal ---


def _tags(call: Call, form: dict[str, str], arn: str, account: str) -> Answer | None:
    tags = {value: form.get(name.replace(".Key", ".Value"), "") for name, value in form.items() if _is_key(name)}
    named = [value for name, value in form.items() if name.startswith("TransitiveTagKeys.member.")]
    inherited = (sts._sessions.get(call.access_key or "") or {}).get("TransitiveTags") or []
    if any(tag["Key"].lower() in (name.lower() for name in tags) for tag in inherited):
        text = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key."
        return service_error(call, 400, "InvalidParameterValue", text)
    if any(name not in tags for name in named):
        text = "The specified transitive tag key must be included in the requested tags."
        return service_error(call, 400, "InvalidParameterValue", text)
    call.state["transitive_tags"] = [*inherited, *({"Key": name, "Value": tags[name]} for name in named)]
    if not tags or account == call.account:
        return None
    context: dict[str, Any] = {f"aws:requesttag/{name}": value for name, value in tags.items()}
    context = {**context, "aws:tagkeys": list(tags), "sts:transitivetagkeys": named or None}
    return None if implied(call, "sts:TagSession", arn, context) else _denied(call, "sts:TagSession", arn)


def _is_key(name: str) -> bool:
    return name.startswith("Tags.member.") and name.endswith(".Key")


def _duration(call: Call, form: dict[str, str], role: dict[str, Any]) -> Answer | None:
    seconds = int(form.get("DurationSeconds") or _HOUR)
    if ":assumed-role/" in (call.principal or "") and seconds > _HOUR:
        text = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        return service_error(call, 400, "ValidationError", text)
    if seconds > int(role.get("MaxSessionDuration") or _HOUR):
        text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        return service_error(call, 400, "ValidationError", text)
    if seconds < 900:
        text = (
            f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: "
            "Member must have value greater than or equal to 900"
        )
        return service_error(call, 400, "ValidationError", text)
    return None


def _denied(call: Call, action: str, arn: str) -> Answer:
    text = f"User: {call.principal} is not authorized to perform: {action} on resource: {arn}"
    return service_error(call, 403, "AccessDenied", text)
