"""More cases of ``mistakes``: slips in any text, key, digest and encoding, and several mistakes at once."""

import base64
import hashlib
import json
from urllib.parse import quote

from ncp_mock._gateway.authentication import Keys

from .mistakes import ACCESS, PATH, RIGHT, SECRET, TAIL, TARGET, Mistake, b64, digest, encoded, get

RAW = digest(RIGHT)
# Other signatures of this secret have neither + nor /, or no character that is percent-encoded.
SLASHED = "/vserver/v2/getRegionList"
SLASHED_RAW = base64.b64decode("bsm0jONrdeXvMsL2PZZxIbslW/hp1FfLyut5ePtsKt0=")
OTHER_SECRETS = {
    "base64": Keys(secret_key=b64(b"thirty bytes, which is a secret")),
    "signs": Keys(secret_key="a/b%2Bc"),  # noqa: S106 - an example
    "hex": Keys(secret_key="00112233445566778899aabbccddeeff"),  # noqa: S106 - an example
}
# What Node.js 22 and CryptoJS 4.2 make of these, by Buffer.from and by parse.
# Of an odd last digit the HMAC of CryptoJS sees nothing.
LENIENT_BASE64 = (
    (Keys(), bytes.fromhex("3423ec79cadeb4a7b211700c3cb11fa2bb5eb2db289e5cb4d76df8e7aefc")),
    (Keys(secret_key="ab-c_d.e fg"), bytes.fromhex("69bf9cfdd79f")),  # noqa: S106 - an example
    (Keys(secret_key="ab-c_d.e fg"), bytes.fromhex("69b01c01d01e01f8")),  # noqa: S106 - an example
    (Keys(secret_key="0a1 zz+1bg5"), bytes.fromhex("d1ad40cf3fb56e0e")),  # noqa: S106 - an example
)
LENIENT_HEX = (
    (Keys(), bytes.fromhex("0000ec00000e0e0a00ef00000000000012345678")),
    (Keys(secret_key="ab-c_d.e fg"), bytes.fromhex("ab")),  # noqa: S106 - an example
    (Keys(secret_key="0a1 zz+1bg5"), bytes.fromhex("0a")),  # noqa: S106 - an example
    (Keys(secret_key="0a1 zz+1bg5"), bytes.fromhex("0a0100010b")),  # noqa: S106 - an example
)

DIGEST_CASES = [
    # HMAC key
    Mistake("access-key-as-hmac-key", key=ACCESS),
    Mistake("keys-swapped", f"GET {TARGET}\n1700000000000\n{SECRET}", access_key=SECRET, key=ACCESS),
    Mistake(
        "secret-base64-decoded",
        key=b"thirty bytes, which is a secret",
        keys=OTHER_SECRETS["base64"],
    ),
    Mistake("secret-base64-encoded", key=b64(SECRET.encode())),
    Mistake("secret-hex-decoded", key=bytes.fromhex("00112233445566778899aabbccddeeff"), keys=OTHER_SECRETS["hex"]),
    Mistake("secret-with-white-space", key=f"{SECRET}\n"),
    Mistake("secret-with-white-space", key=f"{SECRET}\r\n"),
    Mistake("secret-with-white-space", key=f" {SECRET}"),
    Mistake("secret-in-quotes", key=f'"{SECRET}"'),
    Mistake("secret-in-quotes", key=f"'{SECRET}'"),
    Mistake("secret-as-bytes-repr", key=f"b'{SECRET}'"),
    Mistake("secret-with-ampersand", key=f"{SECRET}&"),
    Mistake("secret-in-other-case", key=SECRET.upper()),
    Mistake("keys-joined", key=f"{ACCESS}:{SECRET}"),
    Mistake("empty-hmac-key", key=""),
    *(Mistake("secret-base64-decoded", key=key, keys=keys) for keys, key in LENIENT_BASE64),
    *(Mistake("secret-hex-decoded", key=key, keys=keys) for keys, key in LENIENT_HEX),
    *(
        Mistake(verdict, key=key)
        for verdict, key in (
            ("secret-with-white-space", f"\n{SECRET}"),
            ("secret-with-white-space", f"\t{SECRET}"),
            ("secret-with-white-space", f"{SECRET}\n\n"),
            ("secret-with-white-space", f"\ufeff{SECRET}"),
            ("secret-with-white-space", f"{SECRET}\u00a0"),
            ("secret-with-white-space", f"\u200b{SECRET}"),
            ("secret-in-quotes", f'{SECRET}"'),
            ("secret-in-quotes", f"'{SECRET}"),
            ("secret-in-quotes", f"\u201c{SECRET}\u201d"),
            ("secret-with-punctuation", f"{SECRET};"),
            ("secret-with-punctuation", f"{SECRET},"),
            ("secret-with-name", f"NCLOUD_SECRET_KEY={SECRET}"),
            ("secret-with-name", f"secret_key={SECRET}"),
            ("secret-doubled", SECRET * 2),
            ("secret-in-utf-16", SECRET.encode("utf-16-le")),
            ("placeholder-as-secret", "{{SECRET_KEY}}"),
            ("placeholder-as-secret", "${SECRET_KEY}"),
            ("placeholder-as-secret", "$SECRET_KEY"),
            ("placeholder-as-secret", "YOUR_SECRET_KEY"),
            ("placeholder-as-secret", "undefined"),
        )
    ),
    Mistake("secret-prefixed-as-for-aws", key=f"AWS4{SECRET}"),
    Mistake("other-value-as-hmac-key", key="1700000000000"),
    *(
        Mistake(verdict, key=key)
        for verdict, key in (
            ("secret-incomplete", SECRET[:-1]),
            ("secret-incomplete", SECRET[1:]),
            ("secret-incomplete", SECRET[:32]),
            ("secret-incomplete", f"{SECRET[:20]}{SECRET[21:]}"),
            ("secret-hashed-first", hashlib.sha256(SECRET.encode()).hexdigest()),
            ("secret-hashed-first", hashlib.sha256(SECRET.encode()).digest()),
            ("secret-in-hex", SECRET.encode().hex()),
            ("secret-in-brackets", f"<{SECRET}>"),
            ("secret-misread", SECRET.replace("0", "O")),
        )
    ),
    Mistake("secret-percent-encoded", keys=OTHER_SECRETS["signs"], key="a%2Fb%252Bc"),
    Mistake("secret-decoded", keys=OTHER_SECRETS["signs"], key="a/b+c"),
    Mistake("secret-escaped", keys=OTHER_SECRETS["signs"], key=r"a\/b%2Bc"),
    # A part of the string, and all of it
    *(
        Mistake(f"part-{slip}", f"GET {TARGET}\n1700000000000\n{signed}")
        for slip, signed in (
            ("with-white-space", f"\ufeff{ACCESS}"),
            ("with-punctuation", f"{ACCESS},"),
            ("with-name", f"x-ncp-iam-access-key:{ACCESS}"),
            ("in-brackets", f"<{ACCESS}>"),
            ("incomplete", ACCESS[:-1]),
            ("misread", ACCESS.replace("0", "O")),
            ("doubled", ACCESS * 2),
            ("as-bytes-repr", f"b'{ACCESS}'"),
            ("base64-encoded", b64(ACCESS.encode())),
            ("hashed-first", hashlib.sha256(ACCESS.encode()).hexdigest()),
            ("in-hex", ACCESS.encode().hex()),
        )
    ),
    Mistake("other-separator", f"GET: {TARGET}{TAIL}"),
    Mistake("part-incomplete", f"GET {TARGET}\n170000000000\n{ACCESS}"),
    get("string-escaped", TARGET.replace("/", r"\/")),
    Mistake("part-in-other-case", f"GET {TARGET.lower()}{TAIL}"),
    *(
        Mistake(f"string-{slip}", signed)
        for slip, signed in (
            ("in-quotes", f'"{RIGHT}"'),
            ("percent-encoded", quote(RIGHT, safe="")),
            ("in-other-case", RIGHT.lower()),
            ("base64-encoded", b64(RIGHT.encode())),
            ("escaped", json.dumps(RIGHT)),
            ("in-hex", RIGHT.encode().hex()),
            ("in-brackets", f"[{RIGHT}]"),
            ("with-white-space", f"\ufeff{RIGHT}"),
            ("unset", "undefined"),
        )
    ),
    # Digest
    encoded("md5", b64(digest(RIGHT, algorithm="md5"))),
    encoded("sha-1", b64(digest(RIGHT, algorithm="sha1"))),
    encoded("sha-224", b64(digest(RIGHT, algorithm="sha224"))),
    encoded("sha-384", b64(digest(RIGHT, algorithm="sha384"))),
    encoded("sha-512", b64(digest(RIGHT, algorithm="sha512"))),
    encoded("no-hmac", b64(hashlib.sha256(RIGHT.encode()).digest())),
    encoded("no-hmac", b64(hashlib.sha256((SECRET + RIGHT).encode()).digest())),
    encoded("no-hmac", b64(hashlib.sha256((RIGHT + SECRET).encode()).digest())),
    encoded("sha-1 + no-hmac", b64(hashlib.sha1(RIGHT.encode(), usedforsecurity=False).digest())),
    encoded("hmac-arguments-swapped", b64(digest(SECRET, RIGHT))),
    encoded("hmac-arguments-swapped + hex-signature", digest(SECRET, RIGHT).hex()),
    encoded("query-left-out + hmac-arguments-swapped", b64(digest(SECRET, f"GET {PATH}{TAIL}"))),
    encoded("message-hashed-first", b64(digest(hashlib.sha256(RIGHT.encode()).hexdigest()))),
    encoded("message-hashed-first", b64(digest(hashlib.sha256(RIGHT.encode()).digest()))),
    encoded("sha-3", b64(digest(RIGHT, algorithm="sha3_256"))),
    encoded("sha-512-256", b64(digest(RIGHT, algorithm="sha512_256"))),
    encoded("digest-hashed", b64(hashlib.sha256(RAW).digest())),
    encoded("hmac-twice", b64(digest(RAW))),
    encoded("hmac-twice", b64(digest(RAW.hex()))),
    encoded("string-in-utf-16", b64(digest(RIGHT.encode("utf-16-le")))),
    encoded("string-in-utf-16", b64(digest(RIGHT.encode("utf-16-be")))),
    encoded(
        "string-in-utf-16 + secret-in-utf-16",
        b64(digest(RIGHT.encode("utf-16-le"), SECRET.encode("utf-16-le"))),
    ),
    # Encoding of the digest
    encoded("hex-signature", RAW.hex()),
    encoded("hex-signature", RAW.hex().upper()),
    encoded("base64-of-hex", b64(RAW.hex().encode())),
    encoded("base64-of-hex", b64(RAW.hex().upper().encode())),
    encoded("base64-altered", b64(RAW) + "="),
    encoded("base64-twice", b64(b64(RAW).encode())),
    Mistake("url-safe-base64", target=SLASHED, signature=base64.urlsafe_b64encode(SLASHED_RAW).decode()),
    Mistake("percent-encoded-signature", target=SLASHED, signature=quote(b64(SLASHED_RAW), safe="")),
    encoded("padding-missing", b64(RAW).rstrip("=")),
    encoded("signature-in-quotes", f'"{b64(RAW)}"'),
    encoded("signature-as-bytes-repr", f"b'{b64(RAW)}'"),
    encoded("signature-as-bytes-repr", str(base64.encodebytes(RAW))),
    encoded("signature-with-label + hex-signature", f"SHA2-256(stdin)= {RAW.hex()}"),
    encoded("signature-with-label + hex-signature", f"{RAW.hex()}  -"),
    encoded("signature-with-label + hex-signature", f"{RAW.hex()} *-"),
    encoded("signature-with-label + hex-signature", f"sha256={RAW.hex()}"),
    encoded("signature-with-label", f"v2={b64(RAW)}"),
    encoded("base64-of-printed-line", b64(f"SHA2-256(stdin)= {RAW.hex()}\n".encode())),
    encoded("base64-of-printed-line", b64(f"(stdin)= {RAW.hex()}".encode())),
    encoded("base64-of-printed-line", b64(f"{RAW.hex()}  -\n".encode())),
    encoded("base64-of-printed-line", b64(f"{RAW.hex()} *-".encode())),
    encoded("hex-with-separators", RAW.hex("-").upper()),
    encoded("hex-with-separators", RAW.hex(":")),
    encoded("hex-with-separators", f"0x{RAW.hex()}"),
    encoded("hex-of-base64", b64(RAW).encode().hex()),
    encoded("base64-in-other-case", b64(RAW).lower()),
    encoded("base64-in-other-case", b64(RAW).upper()),
    encoded("query-left-out + base64-in-other-case", b64(digest(f"GET {PATH}{TAIL}")).lower()),
    encoded("digest-as-text", b64(RAW.decode("latin-1").encode())),
    encoded("digest-as-text", b64(RAW.decode("utf-8", "replace").encode())),
    encoded("base32-signature", base64.b32encode(RAW).decode()),
    encoded("digest-as-numbers", str([byte - 256 * (byte > 127) for byte in RAW])),
    encoded("signature-with-label", f"HMAC {b64(RAW)}"),
    encoded("signature-incomplete", b64(RAW)[1:]),
    encoded("signature-incomplete", b64(RAW)[:40]),
    Mistake(
        "signature-with-white-space", target="/p?a=2", signature=b64(digest(f"GET /p?a=2{TAIL}")).replace("+", " ")
    ),
    Mistake("signature-escaped", target=SLASHED, signature=b64(SLASHED_RAW).replace("/", r"\/")),
    # Several at once
    encoded("signature-as-bytes-repr + hex-signature", str(RAW.hex().encode())),
    encoded("sha-1 + hex-signature", digest(RIGHT, algorithm="sha1").hex()),
    Mistake("query-left-out + seconds-in-signature", f"GET {PATH}\n1700000000\n{ACCESS}"),
    Mistake("query-left-out + trailing-newline", f"GET {PATH}{TAIL}\n"),
    Mistake("other-method + query-left-out", f"POST {PATH}{TAIL}"),
    Mistake("full-url + secret-with-white-space", f"GET http://127.0.0.1:4010{TARGET}{TAIL}", key=f"{SECRET}\n"),
    Mistake("action-only + hex-signature", signature=digest(f"GET /rebootServerInstances{TAIL}").hex()),
    Mistake(
        "query-left-out + literal-backslash-n + hex-signature",
        signature=digest(rf"GET {PATH}\n1700000000000\n{ACCESS}").hex(),
    ),
    get("classic-path + trailing-question-mark", PATH.replace("vserver", "server") + "?", PATH),
    get("trailing-slash + query-left-out", f"{PATH}/"),
    Mistake("leading-slash-missing + query-left-out", f"GET {PATH[1:]}{TAIL}"),
    Mistake("full-url + query-reordered", f"GET https://127.0.0.1:4010{PATH}?b=2&a=1{TAIL}", f"{PATH}?a=1&b=2"),
    Mistake("timestamp-not-signed + access-key-not-signed", f"GET {TARGET}"),
    Mistake("access-key-not-signed + parts-reordered + newlines-missing", f"1700000000000GET{TARGET}"),
    Mistake("full-url + timestamp-in-other-zone", f"GET https://127.0.0.1:4010{TARGET}\n1700032400000\n{ACCESS}"),
    Mistake("timestamp-in-other-zone + two-timestamps", f"GET {TARGET}\n1699971200003\n{ACCESS}"),
    encoded("secret-incomplete + hex-signature", digest(RIGHT, SECRET[:-1]).hex()),
    # Nothing known
    Mistake("wrong-signature", key="another secret key"),
    Mistake("malformed-signature", signature="c2hvcnQ="),
]
