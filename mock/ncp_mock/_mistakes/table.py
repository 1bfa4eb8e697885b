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
    "query-reordered": "the signature covers {signed}, the parameters in another order than sent, {sent}",
    "parameters-added-later": "the signature covers {signed}, and {sent} was sent: add parameters before signing",
    "parameter-not-sent": "the signature covers {signed} with a parameter that was not sent: {sent}",
    "parameter-value-changed": "the signature covers {signed}, and {sent} was sent: a value changed after signing",
    "template-name": "the signature covers the documentation's name of a list in {signed}: sign what is sent, {sent}",
    "list-index": "the signature covers other list indexes, {signed}, than what is sent, {sent}",
    "full-url": "the signature covers the whole URL {signed}: sign path and query only, {sent}",
    "host-in-path": "the signature covers host and path, {signed}: sign path and query only, {sent}",
    "action-only": "the signature covers {signed}, the action only: sign the whole path with its query, {sent}",
    "action-left-out": "the signature covers {signed} without the action: sign the whole path with its query, {sent}",
    "path-prefix-left-out": "the signature covers {signed} without the beginning of the path: sign all of it, {sent}",
    "path-prefix-added": "the signature covers {signed}, a longer path than the one sent, {sent}",
    "classic-path": "the signature covers {signed}, the path of the other platform (Classic or VPC), not {sent}",
    "leading-slash-missing": "the signature covers {signed} without its first slash: sign {sent}",
    "other-api-version": "the signature covers {signed}, another version of the API than sent, {sent}",
    "list-notation": "the signature covers a list written otherwise, {signed}, than sent, {sent}: sign what is sent",
    "separator-doubled": "the signature covers {signed}, with a doubled ? or &: sign path and query as sent, {sent}",
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
    "timestamp-reformatted": "the signature covers timestamp {signed} and the header has {sent}: sign and send the same"
    " 13 digits",
    "timestamp-as-date": "the signature covers the time as a date, {signed}: sign the digits sent, {sent}",
    "timestamp-in-other-unit": "the signature covers {signed}, micro- or nanoseconds: sign the digits sent, {sent}",
    "timestamp-in-other-zone": "the signature covers {signed}, nine hours off the header's {sent}, as Korean time is:"
    " read the clock once for both",
    "timestamp-with-suffix": "the signature covers {signed}, letters and all: sign the 13 digits alone, {sent}",
    "part-in-quotes": "the string to sign has {signed} with its quotes where {sent} belongs: sign it without quotes",
    "part-unset": "the string to sign has {signed} where {sent} belongs: a variable was not set when it was built",
    "access-key-not-signed": "the access key is missing in the string to sign: it is the last line",
    "secret-in-string": "the string to sign holds the secret key: its last line is the access key",
    "other-access-key-signed": "the signature covers access key {signed} and the header has {sent}",
    "secret-as-access-key": "the access key header holds the secret key: send the access key, and never the secret",
    "secret-as-signature": "the signature header holds the secret key: send the HMAC made with it, never the secret",
    # Layout of the string to sign
    "literal-backslash-n": r"the string to sign has a backslash and an n where a newline (0x0A) belongs",
    "slash-n": "the string to sign has a slash and an n where a newline (0x0A) belongs",
    "echoed-string": r"the string to sign has \n as two characters and a newline at its end, as echo prints it: make it"
    " with printf, which does neither",
    "crlf-line-ends": "each line of the string to sign ends with CR LF: LF alone (0x0A) stands between the lines, and"
    " nothing after the last",
    "carriage-return": "the string to sign has CR LF where a newline (LF alone, 0x0A) belongs",
    "spaces-for-newlines": "the string to sign has spaces in place of its two newlines",
    "newlines-missing": "the string to sign lacks its two newlines, before and after the timestamp",
    "space-missing": "the string to sign lacks the space between method and path",
    "space-doubled": "the string to sign has more than one space between method and path",
    "tab-for-space": "the string to sign has a tab between method and path, where one space belongs",
    "blank-line": "the string to sign has an empty line in it: one newline alone stands between the lines",
    "http-version-signed": "the string to sign has HTTP/1.1 after the path, as a request line does: leave it out",
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
    "hmac-arguments-swapped": "key and message of the HMAC are swapped: the secret key is the key, the string to sign"
    " the message",
    "secret-base64-decoded": "the secret key was Base64-decoded first: it keys the HMAC as it is, as text",
    "secret-base64-encoded": "the secret key was Base64-encoded first: it keys the HMAC as it is, as text",
    "secret-hex-decoded": "the secret key was hex-decoded first: it keys the HMAC as it is, as text",
    "secret-with-white-space": "the secret key has white space or an invisible character around it: strip what came"
    " with it",
    "secret-in-quotes": "the secret key has a quote before it, after it, or both: strip them where the key is read",
    "secret-as-bytes-repr": "the secret key was turned from bytes to text as b'...': decode it instead",
    "secret-with-ampersand": "the secret key has an & at its end, as in OAuth 1: it keys the HMAC as it is",
    "secret-with-punctuation": "the secret key has a comma or semicolon at its end: strip it where the key is read",
    "secret-with-name": "the name of a setting and = stand before the secret key: the key is what follows the =",
    "secret-doubled": "the secret key stands twice in what the HMAC is keyed with, as if pasted twice: use it once",
    "secret-in-utf-16": "the secret key was encoded as UTF-16: it keys the HMAC as UTF-8",
    "placeholder-as-secret": "the HMAC is keyed with a placeholder, or a variable that was not set: put the secret key"
    " in its place",
    "secret-in-other-case": "the secret key was changed to upper or lower case: it keys the HMAC as it is",
    "keys-joined": "the HMAC is keyed with access key and secret key joined: the secret key alone is its key",
    "empty-hmac-key": "the HMAC is keyed with nothing: the secret key was empty, or decoding it gave nothing",
    # Digest
    "md5": "the digest is MD5: it is HMAC-SHA256",
    "sha-1": "the digest is SHA-1: it is HMAC-SHA256",
    "sha-224": "the digest is SHA-224: it is HMAC-SHA256",
    "sha-384": "the digest is SHA-384: it is HMAC-SHA256",
    "sha-512": "the digest is SHA-512: it is HMAC-SHA256",
    "no-hmac": "the digest is a plain hash: it is an HMAC, keyed with the secret key",
    "message-hashed-first": "the HMAC covers a SHA-256 of the string to sign: it covers the string itself",
    "hmac-twice": "the digest is the HMAC of an HMAC: make it once",
    "string-in-utf-16": "the string to sign was encoded as UTF-16: the HMAC covers its UTF-8",
    # Encoding of the digest
    "hex-signature": "the signature is hexadecimal: it is the Base64 of the 32 bytes of the digest",
    "base64-of-hex": "the signature is the Base64 of the digest's hexadecimal text: it is the Base64 of its 32 bytes",
    "base64-twice": "the signature is Base64 of Base64: encode the 32 bytes of the digest once",
    "url-safe-base64": "the signature is URL-safe Base64, with - and _: it is standard Base64, with + and /",
    "padding-missing": "the signature lacks the = at its end: Base64 of a digest is padded",
    "hex-of-base64": "the signature is the hexadecimal form of its Base64: send the Base64 itself",
    "hex-with-separators": "the signature is hexadecimal with separators or 0x: it is the Base64 of 32 bytes",
    "base64-of-printed-line": "the signature is the Base64 of a line that openssl or sha256sum prints: it is the Base64"
    " of the 32 bytes, which openssl gives with -binary",
    "digest-as-text": "the digest was taken for text and encoded as UTF-8 before Base64: encode the bytes as they are",
    "base64-in-other-case": "the signature was changed to upper or lower case: Base64 needs both, send it as it is",
    "base64-altered": "the signature decodes to the right digest, and is not its Base64: an end was altered",
    "percent-encoded-signature": "the signature is percent-encoded: a header takes it as it is",
    "signature-in-quotes": "the signature has quotes around it: send it bare",
    "signature-as-bytes-repr": "the signature was turned from bytes to text as b'...': decode it instead",
    "signature-with-label": "a label stands beside the signature, as openssl and sha256sum print it: send the Base64"
    " alone",
}
