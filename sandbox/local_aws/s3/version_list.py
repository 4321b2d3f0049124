"""ListObjectVersions: keys that XML cannot carry, and pages of a bucket without versions.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html names the elements that
`encoding-type=url` form-encodes: a space becomes a plus, a slash and an asterisk stay, as in every
list of S3. MiniStack ignores it there, and begins a page with the last object of the one before
where that has no version but `null`.
"""

from __future__ import annotations

import re
from urllib.parse import quote_plus
from xml.sax.saxutils import unescape

from ministack.services import s3

from ..call import Answer, Call

_ENCODED = re.compile(r"<(Key|Prefix|Delimiter|KeyMarker|NextKeyMarker)>(.*?)</\1>", re.DOTALL)
_TYPE = "<EncodingType>url</EncodingType>"


async def before(call: Call) -> Answer | None:
    key = (call.bucket, call.query.get("key-marker"))
    if call.api == "ListObjectVersions" and "version-id-marker" in call.query and key not in s3._object_versions:
        del call.query["version-id-marker"]
    return None


async def after(call: Call, answer: Answer) -> Answer:
    if call.api != "ListObjectVersions" or call.query.get("encoding-type") != "url" or not answer.ok():
        return answer
    text = _ENCODED.sub(_encoded, answer.body.decode())
    return answer.with_body(text.replace("<MaxKeys>", f"{_TYPE}<MaxKeys>", 1).encode())


# --- internal ---


def _encoded(match: re.Match[str]) -> str:
    name, value = match.groups()
    return f"<{name}>{quote_plus(unescape(value), safe='/*').replace('~', '%7E')}</{name}>"
