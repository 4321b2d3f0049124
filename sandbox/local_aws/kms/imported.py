"""A key gets the material that its owner would import, which takes a package of native code.

PUT /_bucketseal/kms/import?key=ARN: the key with origin EXTERNAL is enabled; 404 for any other.
https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html
"""

from __future__ import annotations

import os

from .keys import find_key


def import_material(named: str) -> int:
    """Imports random material; an HTTP status."""
    key = find_key("", "", named) if named.startswith("arn:") else None
    if key is None or key.get("Origin") != "EXTERNAL":
        return 404
    key.update(_symmetric_key=os.urandom(32), KeyState="Enabled", Enabled=True)
    return 200
