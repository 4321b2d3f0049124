"""Asymmetric KMS keys without their material: all that matters here is that S3 cannot use them.

MiniStack makes them with a package of native code that the local AWS does without; signing and
the like still need it.
https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import json_response
from ministack.services import kms

_RSA = ("RSA_2048", "RSA_3072", "RSA_4096")
_SIGNING = {
    **dict.fromkeys(
        _RSA, [f"RSASSA_{scheme}_SHA_{bits}" for scheme in ("PKCS1_V1_5", "PSS") for bits in (256, 384, 512)]
    ),
    "ECC_NIST_P256": ["ECDSA_SHA_256"],
    "ECC_NIST_P384": ["ECDSA_SHA_384"],
    "ECC_NIST_P521": ["ECDSA_SHA_512"],
    "ECC_SECG_P256K1": ["ECDSA_SHA_256"],
}
_ENCRYPTION = ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]


def install() -> None:
    """Wraps MiniStack's CreateKey, which could not make these."""
    create = kms._create_key

    def created(data: dict[str, Any]) -> tuple:
        spec = str(data.get("KeySpec") or data.get("CustomerMasterKeySpec") or "")
        usage = str(data.get("KeyUsage") or "")
        if kms.HAS_CRYPTO or usage not in _usages(spec):
            return create(data)
        symmetric = {name: value for name, value in data.items() if name != "CustomerMasterKeySpec"}
        answer = create({**symmetric, "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"})
        if answer[0] != 200:
            return answer
        record = kms._keys[json.loads(answer[2])["KeyMetadata"]["KeyId"]]
        record.pop("_symmetric_key", None)
        signs = usage == "SIGN_VERIFY"
        record.update(
            KeySpec=spec,
            KeyUsage=usage,
            SigningAlgorithms=_SIGNING[spec] if signs else [],
            EncryptionAlgorithms=[] if signs else _ENCRYPTION,
        )
        return json_response({"KeyMetadata": kms._key_metadata(record)})

    kms._create_key = created


# --- internal ---


def _usages(spec: str) -> tuple[str, ...]:
    if spec in _RSA:
        return ("SIGN_VERIFY", "ENCRYPT_DECRYPT")
    return ("SIGN_VERIFY",) if spec in _SIGNING else ()
