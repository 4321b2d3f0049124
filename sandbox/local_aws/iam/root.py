"""The root user cannot assume a role.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: "You cannot use AWS
account root user credentials to call AssumeRole"; MiniStack lets it.
"""

from __future__ import annotations

from ..call import Answer, Call
from ..errors import service_error


async def before(call: Call) -> Answer | None:
    """Refuses the root user's AssumeRole."""
    if call.service != "sts" or call.api != "AssumeRole" or call.identity.get("type") != "Root":
        return None
    return service_error(call, 403, "AccessDenied", "Roles may not be assumed by root accounts.")
