"""An email address is subscribed to a topic only once its owner opens the link in a message.

https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html, and for the words in place
of an ARN https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html. Here nobody can open it,
so the subscription stays pending; MiniStack confirms it at once.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from ..call import Answer, Call

_ARN = re.compile(rb"<SubscriptionArn>[^<]*</SubscriptionArn>")
_MEMBER = re.compile(rb"<member>.*?</member>", re.DOTALL)
_EMAIL = re.compile(rb"<Protocol>email(-json)?</Protocol>")


async def after(call: Call, answer: Answer) -> Answer:
    """Takes the ARN out of what is said about a subscription that is pending."""
    if call.service != "sns" or not answer.ok():
        return answer
    if call.api == "Subscribe":
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        is_email = form.get("Protocol", "").startswith("email")
        if is_email and form.get("ReturnSubscriptionArn") != "true":
            return answer.with_body(_without(answer.body, b"pending confirmation"))
    if call.api in ("ListSubscriptions", "ListSubscriptionsByTopic"):
        return answer.with_body(_MEMBER.sub(_pending, answer.body))
    return answer


# --- internal ---


def _pending(member: re.Match[bytes]) -> bytes:
    return _without(member[0], b"PendingConfirmation") if _EMAIL.search(member[0]) else member[0]


def _without(body: bytes, instead: bytes) -> bytes:
    return _ARN.sub(b"<SubscriptionArn>" + instead + b"</SubscriptionArn>", body)
