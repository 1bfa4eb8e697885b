"""The known mistakes in signing a request: the name of each, and what to tell who made it.

``{signed}`` is what the signature covers, ``{sent}`` what the request says in the same place.
"""

from typing import Final, Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Variant(NamedTuple, Generic[T]):
    """A value that a signer may have used in place of the right one."""

    mistake: str
    value: T


MISTAKES: Final = {
    # Path and query
    "query-left-out": "the signature covers {signed} without its query: sign path and query exactly as sent, {sent}",
    "path-left-out": "the signature covers the query alone: sign path and query exactly as sent, {sent}",
    "space-encoding": "a space is signed as {signed} and sent as {sent}: use + or %20 in both, and sign what is sent",
    "hex-case": "percent-encoding is signed as {signed} and sent as {sent}: its letters differ in case",
    "query-reencoded": "the signature covers {signed}, encoded otherwise than what is sent, {sent}: encode once",
    "query-decoded": "the signature covers the decoded {signed}: sign the encoded form exactly as sent, {sent}",
    "query-encoded-twice": "the signature covers {signed}, encoded once more than what is sent, {sent}",
    "target-escaped": "the signature covers {signed}, escaped as a whole: sign path and query as sent, {sent}",
    "ampersand-escaped": "the signature covers {signed} with & written as &amp;: sign what is sent, {sent}",
    "non-ascii-target": "the request target is not percent-encoded, {sent}: encode it as UTF-8, then sign it",
    "query-reordered": "the signature covers {signed}, the parameters in another order than sent, {sent}",
    "parameters-added-later": "the signature covers {signed}, and {sent} was sent: add parameters before signing",
    "parameter-not-sent": "the signature covers {signed} with a parameter that was not sent: {sent}",
    "parameter-value-changed": "the signature covers {signed}, and {sent} was sent: a value changed after signing",
    "template-name": "the signature covers the documentation's name of a list in {signed}: sign what is sent, {sent}",
    "list-index": "the signature covers other list indexes, {signed}, than what is sent, {sent}",
    "full-url": "the signature covers the whole URL {signed}: sign path and query only, {sent}",
    "host-in-path": "the signature covers host and path, {signed}: sign path and query only, {sent}",
    "absolute-target": "the request line holds the whole URL {sent}, as for a proxy, and {signed} is signed",
    "action-only": "the signature covers {signed}, the action only: sign the whole path with its query, {sent}",
    "action-left-out": "the signature covers {signed} without the action: sign the whole path with its query, {sent}",
    "path-prefix-left-out": "the signature covers {signed} without the beginning of the path: sign all of it, {sent}",
    "path-prefix-added": "the signature covers {signed}, a longer path than the one sent, {sent}",
    "classic-path": "the signature covers {signed}, the path of the other platform (Classic or VPC), not {sent}",
    "leading-slash-missing": "the signature covers {signed} without its first slash: sign {sent}",
    "slash-doubled": "the signature covers {signed}, with another number of slashes than sent, {sent}",
    "trailing-slash": "the signature covers {signed}, with another slash at the end of the path than sent, {sent}",
    "trailing-question-mark": "the signature covers {signed}, with another ? or & at its end than sent, {sent}",
    "question-mark-missing": "the signature covers {signed}, path and query without their question mark: sign {sent}",
    "body-as-query": "the signature covers the body as if it were a query: the body is not signed, sign {sent} alone",
    # Method, time, access key
    "other-method": "the signature covers method {signed} and the request was sent with {sent}: sign the method sent",
    "method-case": "the signature covers method {signed} and the request was sent with {sent}: use capitals in both",
    "seconds-instead-of-milliseconds": "the timestamp is in seconds: header and signature need milliseconds, 13 digits",
    "seconds-in-header": "the header has seconds, {sent}, and the signature covers {signed}: send what is signed",
    "seconds-in-signature": "the signature covers seconds, {signed}, and the header has {sent}: sign what is sent",
    "timestamp-as-float": "the signature covers the timestamp with a fraction, {signed}: sign the digits sent, {sent}",
    "two-timestamps": "the signature covers timestamp {signed} and the header has {sent}: read the clock once for both",
    "access-key-not-signed": "the access key is missing in the string to sign: it is the last line",
    "secret-in-string": "the string to sign holds the secret key: its last line is the access key",
    "other-access-key-signed": "the signature covers access key {signed} and the header has {sent}",
    "secret-as-access-key": "the access key header holds the secret key: send the access key, and never the secret",
    "secret-as-signature": "the signature header holds the secret key: send the HMAC made with it, never the secret",
    # Layout of the string to sign
    "literal-backslash-n": r"the string to sign has a backslash and an n where a newline (0x0A) belongs",
    "carriage-return": "the string to sign has CR LF where a newline (LF alone, 0x0A) belongs",
    "spaces-for-newlines": "the string to sign has spaces in place of its two newlines",
    "newlines-missing": "the string to sign lacks its two newlines, before and after the timestamp",
    "space-missing": "the string to sign lacks the space between method and path",
    "space-doubled": "the string to sign has more than one space between method and path",
    "newline-for-space": "the string to sign has a newline between method and path, where one space belongs",
    "trailing-newline": "the string to sign has a newline or space at its end: it ends with the access key",
    "leading-newline": "the string to sign begins with a newline: it begins with the method",
    "parts-reordered": "the parts are signed in another order than method, path with query, timestamp, access key",
    "method-not-signed": "the method is missing in the string to sign: it is the first word",
    "timestamp-not-signed": "the timestamp is missing in the string to sign: it is the second line",
    "target-not-signed": "path and query are missing in the string to sign: they follow the method and a space",
    "search-ad-scheme": "this is the scheme of NAVER's Search Ad API, timestamp.METHOD.path: NCP signs method, space,"
    " path with query, newline, timestamp, newline, access key",
    "api-key-signed": "the API key is in the string to sign, as in the old version 1: leave it out",
    "body-signed": "the string to sign holds the body: the body is not signed",
    # HMAC key
    "access-key-as-hmac-key": "the HMAC is keyed with the access key: the secret key is its key",
    "keys-swapped": "access key and secret key are swapped: the access key goes into header and string, and the HMAC is"
    " keyed with the secret key",
    "secret-base64-decoded": "the secret key was Base64-decoded first: it keys the HMAC as it is, as text",
    "secret-base64-encoded": "the secret key was Base64-encoded first: it keys the HMAC as it is, as text",
    "secret-hex-decoded": "the secret key was hex-decoded first: it keys the HMAC as it is, as text",
    "secret-with-white-space": "the secret key has white space around it: strip the newline or space that came with it",
    "secret-in-quotes": "the secret key has quotes around it: strip them where the key is read",
    "secret-as-bytes-repr": "the secret key was turned from bytes to text as b'...': decode it instead",
    "secret-with-ampersand": "the secret key has an & at its end, as in OAuth 1: it keys the HMAC as it is",
    "secret-in-other-case": "the secret key was changed to upper or lower case: it keys the HMAC as it is",
    "keys-joined": "the HMAC is keyed with access key and secret key joined: the secret key alone is its key",
    "empty-hmac-key": "the HMAC is keyed with nothing: the secret key was empty when the request was signed",
    # Digest
    "md5": "the digest is MD5: it is HMAC-SHA256",
    "sha-1": "the digest is SHA-1: it is HMAC-SHA256",
    "sha-224": "the digest is SHA-224: it is HMAC-SHA256",
    "sha-384": "the digest is SHA-384: it is HMAC-SHA256",
    "sha-512": "the digest is SHA-512: it is HMAC-SHA256",
    "no-hmac": "the digest is a plain hash: it is an HMAC, keyed with the secret key",
    # Encoding of the digest
    "hex-signature": "the signature is hexadecimal: it is the Base64 of the 32 bytes of the digest",
    "base64-of-hex": "the signature is the Base64 of the digest's hexadecimal text: it is the Base64 of its 32 bytes",
    "base64-twice": "the signature is Base64 of Base64: encode the 32 bytes of the digest once",
    "url-safe-base64": "the signature is URL-safe Base64, with - and _: it is standard Base64, with + and /",
    "padding-missing": "the signature lacks the = at its end: Base64 of a digest is padded",
    "base64-altered": "the signature decodes to the right digest, and is not its Base64: an end was altered",
    "percent-encoded-signature": "the signature is percent-encoded: a header takes it as it is",
    "signature-in-quotes": "the signature has quotes around it: send it bare",
    "signature-as-bytes-repr": "the signature was turned from bytes to text as b'...': decode it instead",
    "signature-with-label": "a label stands before the signature, as openssl prints it: send the Base64 alone",
}
