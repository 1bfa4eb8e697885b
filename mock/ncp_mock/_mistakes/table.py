"""The known mistakes in signing a request, one a line: its name, what is wrong, and what then stands in the place.

The third part are templates: ``fields`` says what their names stand for, and what a way behind a stroke does to it, as
in ``{path|lower}``. The likelier comes first. A line's first ``likely`` values are also tried together with another
mistake. A name that has several lines says what is wrong once.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple


class Line(NamedTuple):
    name: str
    what: str
    templates: tuple[str, ...]
    likely: int


def _line(name: str, what: str, *templates: str, likely: int = 99) -> Line:
    return Line(name, what, templates, likely)


def _rare(name: str, what: str, *templates: str) -> Line:
    return Line(name, what, templates, 0)


METHODS: Final = (
    _line("method-case", ", not in capitals as sent", "{method|upper}", "{method|lower}", "{method|capital}"),
    _line("other-method", ", another one than sent", "{verb}"),
    _rare("other-method", "", "{verb|lower}", "{verb|capital}"),
)
TARGETS: Final = (
    _line("body-as-query", " with the body, which is not signed, as if it were a query", "{path}?{form}"),
    _line("query-left-out", " without its query", "{path}"),
    _line("leading-slash-missing", " without its first slash", "{relative}{tail}"),
    _line("slash-doubled", ", with another number of slashes", "/{path}{tail}", "{one_slash}{tail}"),
    _line("trailing-slash", ", with another slash at the end of the path", "{path}/{tail}", "{unslashed}{tail}"),
    _line("trailing-question-mark", ", with another ? or & at its end", "{target}?", "{target}&", "{trimmed}"),
    _line("query-left-out", "", "{path}?"),
    _line("question-mark-missing", ", path and query without their question mark", "{path}{query}", "{path}&{query}"),
    _line("action-only", ", the action only", "{action}{tail}", "{action}", "/{action}{tail}", "/{action}"),
    _line("path-prefix-left-out", " without the beginning of the path", "{cut}{tail}", "{cut}"),
    _line("action-left-out", " without the action", "{before}{tail}", "{before}"),
    _line("path-left-out", ", the query alone", "{query}", "?{query}"),
    _line("path-prefix-added", ", a longer path", "/vserver/v2{path}{tail}", "/vserver/v2/{path}{tail}"),
    _line("classic-path", ", the path of the other platform (Classic or VPC)", "{other_platform}{tail}"),
    _line("full-url", ", the whole URL", "https://{host}{path}{tail}", "http://{host}{path}{tail}"),
    _line("full-url", "", "https://{host}{path}", "http://{host}{path}"),
    _line("host-in-path", ", host and path", "{host}{path}{tail}", "{host}{path}"),
    _line("hex-case", ", its percent-encoding with letters in another case", "{hex_case}"),
    _line("space-encoding", ", its spaces not encoded as sent, as + or %20", "{spaces}"),
    _line("query-decoded", ", decoded", "{target|decoded}"),
    _line("query-reencoded", ", encoded in another way", "{reencoded}"),
    _line("query-encoded-twice", ", encoded once more", "{encoded_twice}"),
    _line("target-escaped", ", escaped as a whole", "{target|percent}", "{path}?{query|percent}"),
    _line("ampersand-escaped", " with & written as &amp;", "{path}?{amp}"),
    _line("query-reordered", ", the parameters in another order", "{path}?{order}"),
    _line("parameters-added-later", ", to which parameters were added later", "{path}?{fewer}"),
    _line("list-notation", ", with a list written in another way", "{path}?{bare_list}"),
    _line("template-name", ", with the documentation's name of a list", "{path}?{template}"),
    _rare("other-operation", ", another operation", "{sister}{tail}", "{sister}"),
    _rare("documentation-example", ", the documentation's example", "/photos/puppy.jpg?query1=&query2"),
    _rare("body-as-query", "", "{path}?{body}", "{target}&{body}", "{target}?{body}", "{target}{body}"),
    _rare("full-url", "", "https://{public}{target}", "http://{public}{target}", "https://{public}{path}"),
    _rare("host-in-path", "", "{public}{target}", "{public}{path}", "//{host}{target}", "//{public}{target}"),
    _rare("other-api-version", ", another version of the API", "{version}{tail}"),
    _rare("slash-doubled", "", "{two_slashes}{tail}"),
    _rare("path-prefix-added", "", "/vserver{path}{tail}", "/api/v2{path}{tail}"),
    _rare("separator-doubled", ", with a doubled ? or &", "{path}??{query}", "{path}?{and_and}"),
    _rare("query-separator", ", with another sign for ? or &", "{path}?{unseparated}", "{path}\n{query}"),
    _rare("query-separator", "", "{path} {query}", "{path}/{query}", "{path}:{query}", "{path},{query}"),
    _rare("query-doubled", ", the query twice", "{target}?{query}", "{target}&{query}", "{target}{query}"),
    _rare("query-unset", ", the query from a variable that was not set", "{path}?{unset}", "{path}{unset}"),
    _rare("query-as-object", ", the query as an object of the language", "{path}?{object}", "{path}{object}"),
    _rare("query-values-only", ", names or values of parameters missing", "{path}?{values}"),
    _rare("fragment-signed", ", with a fragment, which is not sent", "{target}#", "{target}#/", "{target}#!"),
    _rare("parameter-value-changed", ", a value changed after signing", "{path}?{other_values}"),
    _rare("parameter-not-sent", " with a parameter that was not sent", "{path}?{more}"),
    _rare("list-index", " with other list indexes", "{path}?{moved}"),
    _rare("list-notation", "", "{path}?{list_forms}"),
    _rare("query-reordered", "", "{path}?{any_order}"),
    _rare("parameters-added-later", "", "{path}?{subset}"),
    _rare("part-in-other-case", "", "{path|lower}{tail}", "{path}?{query|lower}"),
)
TIMESTAMPS: Final = (
    _line("seconds-in-signature", ", in seconds", "{seconds}"),
    _line("timestamp-as-float", ", with a fraction", "{ms}.0", "{seconds}.{thousandths}", "{seconds}.{thousandths}000"),
    _line("timestamp-as-float", "", "{seconds}.0", "{ms}.000", "{ms}.00", "{ms},0", likely=1),
    _line("seconds-in-header", ", and the header was sent in seconds", "{ten_digits}000"),
    _line("timestamp-reformatted", ", written in another way", "{bare_time}"),
    _line("two-timestamps", ", another reading of the clock"),
    _rare("timestamp-with-suffix", ", letters and all", "{ms}L", "{ms}l", "{ms}n", "{ms}ms", "{ms}Z"),
    _rare("timestamp-in-other-unit", ", in another unit", "{ms}000", "{ms}000000", "{units}"),
    _line("timestamp-in-other-zone", ", hours off as another time zone is: count from 1970 UTC", "{zone}", likely=3),
    _rare("timestamp-as-date", ", as a date", "{date}"),
    _rare("timestamp-reformatted", "", "{number}"),
)
ACCESS_KEYS: Final = (
    _line("access-key-not-signed", "has no access key, its last line", ""),
    _line("secret-in-string", "holds the secret key, which keys the HMAC and stands nowhere", "{secret}"),
    _line(
        "other-access-key-signed",
        "has access key {signed} and the header has {sent}",
        "{own}",
        "{own|lower}",
        "{own|upper}",
    ),
)
# {s} is the space, {n} and {m} are the two newlines.
_FIRST, _REST = "{method}{s}{target}", "{n}{timestamp}{m}{access_key}"
STRING: Final = _FIRST + _REST
_AS_ECHO: Final = r"{method} {target}\n{timestamp}\n{access_key}" + "\n"
_IN_CRLF: Final = "{method} {target}\r\n{timestamp}\r\n{access_key}\r\n"
_WITH_NAMES: Final = _FIRST + "\nx-ncp-apigw-timestamp: {timestamp}\nx-ncp-iam-access-key: {access_key}"


def _with_line(text: str) -> tuple[str, ...]:
    return STRING + "\n" + text, f"{_FIRST}\n{text}{_REST}", f"{_FIRST}{{n}}{{timestamp}}\n{text}{{m}}{{access_key}}"


LAYOUTS: Final = (
    _line("method-not-signed", "has no method, its first word", "{target}" + _REST, "{s}{target}" + _REST),
    _line("target-not-signed", "has no path and query after the method", "{method}" + _REST),
    _line("timestamp-not-signed", "has no timestamp, its second line", _FIRST + "{n}{m}{access_key}"),
    _line("timestamp-not-signed", "", _FIRST + "{m}{access_key}"),
    _line("access-key-not-signed", "", _FIRST + "{n}{timestamp}"),
    _line("echoed-string", r"has \n as two characters and a newline at its end, as echo prints it", _AS_ECHO),
    _line("crlf-line-ends", "has CR LF at the end of each line", _IN_CRLF),
    _line("search-ad-scheme", "is that of the Search Ad API", "{timestamp}.{method}.{target}"),
    _line("search-ad-scheme", "", "{timestamp}.{method}.{path}"),
    _line("trailing-newline", "has a newline or space at its end", STRING + "\n", STRING + "\r\n", STRING + " "),
    _line("leading-newline", "begins with a newline", "\n" + STRING),
    _line("api-key-signed", "holds the API key, as the old version 1", *_with_line("{api_key}")),
    _rare("target-not-signed", "", "{method}{s}" + _REST),
    _rare("trailing-newline", "", *(STRING + end for end in (r"\n", r"\r\n", "\n\n", "\r", "\t"))),
    _rare("body-signed", "holds the body or a digest of it", STRING + "{body}", *_with_line("{body}")),
    _rare("http-version-signed", "has HTTP/1.1 after the path", _FIRST + " HTTP/1.1" + _REST),
    _rare("extra-line-signed", "holds a line that does not belong there", *_with_line("{header}")),
    _rare("header-names-signed", "holds the names of headers", _WITH_NAMES, _WITH_NAMES.replace(": ", ":")),
    _rare("secret-in-string", "", *_with_line("{secret}"), STRING + "{secret}"),
    _line("parts-reordered", "has its parts in another order"),
    _rare("other-scheme", "is that of another API", "{query}", "{access_key}_{timestamp}", "{body}"),
    _rare("other-scheme", "", "{method}\n{host}\n{path}\n{query}", "{timestamp}{method}{target}{body}"),
)
NEWLINES: Final = (
    _line("literal-backslash-n", r"has \n as two characters for a newline", r"\n", likely=1),
    _line("carriage-return", "has a CR in its newlines", "\r\n", "\r", "\n\r", likely=1),
    _line("spaces-for-newlines", "has spaces for its newlines", " ", likely=1),
    _line("newlines-missing", "lacks its newlines, before and after the timestamp", "", likely=1),
    _rare("literal-backslash-n", "", r"\r\n", r"\\n"),
    _rare("slash-n", "has a slash and an n for a newline", "/n"),
    _rare("blank-line", "has an empty line in it", "\n\n", "\r\n\r\n", "\n\n\n"),
    _rare("line-indented", "has a space or tab beside a newline", " \n", "\n ", "\n\t", "\n  ", "\n    "),
    _rare("newline-escaped", "has a newline escaped", "%0A", "%0a", "%0D%0A", "<br>", "<br/>", "&#10;"),
    _rare("other-separator", "has another sign where a newline or the space belongs", "{separator}"),
)
SPACES: Final = (
    _line("space-missing", "lacks the space between method and path", ""),
    _line("space-doubled", "has more than one space between method and path", "  ", "   "),
    _line("newline-for-space", "has a newline between method and path", "\n"),
    _rare("tab-for-space", "has a tab between method and path", "\t"),
    _rare("newline-for-space", "", "\r\n", r"\n"),
    _rare("space-escaped", "has the space between method and path escaped", "%20", "+", "&nbsp;", "\u00a0"),
    _rare("other-separator", "", "{separator}"),
)
KEYS: Final = (
    _line("keys-swapped", "the access key, and the secret key stands in its place", "{swapped}"),
    _line("access-key-as-hmac-key", "the access key", "{own}"),
    _line("empty-hmac-key", "nothing, as the secret key was empty or decoding it gave nothing", ""),
    _line("secret-base64-decoded", "the secret key Base64-decoded", "{from_base64}"),
    _line("secret-hex-decoded", "the secret key hex-decoded", "{from_hex}"),
    _line("secret-with-ampersand", "the secret key and an &, as in OAuth 1", "{secret}&"),
    _rare("keys-joined", "access key and secret key joined", "{own}{joint}{secret}", "{secret}{joint}{own}"),
    _rare("secret-prefixed-as-for-aws", "AWS4 and the secret key", "AWS4{secret}"),
    _rare("other-value-as-hmac-key", "a value of the request", "{sent_value}"),
)
# What can happen to any text: the secret key, a part of the string to sign, and all of the string.
SLIPS: Final = (
    _line("with-white-space", r"with white space, \n or an invisible character around it", "{text}\n", "{text}\r\n"),
    _line("with-white-space", "", "{text} ", " {text}", "{text}\r", "{text}\t", " {text} "),
    _line("in-quotes", "in quotes, or with one", '"{text}"', "'{text}'", likely=2),
    _line("as-bytes-repr", "turned from bytes to text as b'...'", "b'{text}'", 'b"{text}"', likely=2),
    _line("base64-encoded", "Base64-encoded", "{text|base64}", likely=1),
    _line("in-utf-16", "in UTF-16", "{text|utf_16}", likely=2),
    _line("hashed-first", "hashed before", "{text|hashed}", likely=2),
    _line("incomplete", "incomplete, without some of its characters", "{text|incomplete}", likely=2),
    _line("percent-encoded", "percent-encoded", "{text|percent}", likely=1),
    _rare("in-other-case", "in upper or lower case", "{text|lower}", "{text|upper}", "{text|odd_case}"),
    _rare("in-quotes", "", "{text}{quote}", "{quote}{text}", "{quote}{text}{quote}", "\u201c{text}\u201d"),
    _rare("in-quotes", "", "\u2018{text}\u2019", "\u00ab{text}\u00bb"),
    _rare("with-white-space", "", "{text}{blank}", "{blank}{text}", "{blank}{text}{blank}"),
    _rare("with-punctuation", "with a punctuation mark around it", "{text}{mark}", "{mark}{text}"),
    _rare("in-brackets", "in brackets", "<{text}>", "[{text}]", "({text})", "{{{text}}}", "${{{text}}}"),
    _rare("with-name", "with a name before it", "{name}{equals}{text}"),
    _rare("unset", "not set, or a placeholder", "{nothing}"),
    _rare("doubled", "twice, as if pasted twice", "{text}{text}", "{text}\n{text}", "{text} {text}"),
    _rare("escaped", "escaped as in JSON or HTML", "{text|escaped}"),
    _rare("decoded", "percent-decoded or HTML-unescaped", "{text|decoded}"),
    _rare("in-hex", "in hexadecimal", "{text|hex}"),
    _rare("misread", "with a character that looks like the right one", "{text|misread}"),
)
_ALIASES: Final = {"secret-unset": "placeholder-as-secret", "string-hashed-first": "message-hashed-first"}


def _slips(subject: str, left_out: Iterable[str], likely: Iterable[str]) -> tuple[Line, ...]:
    """Those of one kind of text, without some; ``likely``: the ones that may come together with another mistake."""
    return tuple(
        slip._replace(
            name=_ALIASES.get(f"{subject}-{slip.name}", f"{subject}-{slip.name}"),
            likely=slip.likely if slip.name in likely else 0,
        )
        for slip in SLIPS
        if slip.name not in left_out
    )


SECRET_SLIPS: Final = _slips("secret", (), {slip.name for slip in SLIPS})
PART_SLIPS: Final = _slips("part", ("in-utf-16", "percent-encoded", "decoded", "escaped"), ())
# Of what is lost or added at an end of the string, the part there tells more.
STRING_SLIPS: Final = _slips(
    "string",
    ("incomplete", "with-punctuation", "with-name", "doubled", "misread", "decoded", "as-bytes-repr"),
    ("in-quotes", "percent-encoded", "base64-encoded", "in-utf-16"),
)
DIGESTS: Final = (
    _line("md5", "MD5"),
    _line("sha-1", "SHA-1"),
    _line("sha-224", "SHA-224"),
    _line("sha-384", "SHA-384"),
    _line("sha-512", "SHA-512"),
    _line("sha-3", "SHA-3"),
    _line("sha-512-256", "SHA-512/256"),
    _line("no-hmac", "a plain hash"),
    _line("hmac-arguments-swapped", "an HMAC with key and message swapped"),
    _line("hmac-twice", "the HMAC of an HMAC"),
    _line("digest-hashed", "a hash of the HMAC"),
)
ENCODINGS: Final = (
    _line("hex-signature", "is hexadecimal"),
    _line("base64-of-hex", "is the Base64 of the digest's hexadecimal text"),
    _line("base64-twice", "is Base64 of Base64"),
    _line("url-safe-base64", "is URL-safe Base64, with - and _ for + and /"),
    _line("padding-missing", "lacks the = at its end"),
    _line("hex-of-base64", "is the hexadecimal form of its Base64"),
    _line("hex-with-separators", "is hexadecimal with separators or 0x"),
    _line("base64-of-printed-line", "is the Base64 of a line that openssl or sha256sum prints; -binary gives bytes"),
    _line("digest-as-text", "is of a digest that was taken for text and encoded as UTF-8 before Base64"),
    _line("base64-in-other-case", "was changed to upper or lower case"),
    _line("base64-altered", "decodes to the right digest and is not its Base64: an end was altered"),
    _line("percent-encoded-signature", "is percent-encoded"),
    _line("signature-in-quotes", "has quotes or brackets around it"),
    _line("signature-as-bytes-repr", "was turned from bytes to text as b'...'"),
    _line("signature-with-label", "has a label beside it, as openssl and sha256sum print it"),
    _line("signature-with-white-space", "has white space in it, or had a + that became a space"),
    _line("signature-escaped", "has its / escaped, as in JSON"),
    _line("signature-incomplete", "lacks characters at an end"),
    _line("base32-signature", "is Base32"),
    _line("digest-as-numbers", "is a list of the digest's bytes as numbers"),
)
HEADERS: Final = (
    _line(
        "seconds-instead-of-milliseconds", "timestamp is in seconds: header and signature need milliseconds, 13 digits"
    ),
    _line("secret-as-access-key", "access key header holds the secret key: send the access key, never the secret"),
    _line("secret-as-signature", "signature header holds the secret key: send the HMAC made with it, never the secret"),
)
_SENTENCES: Final = (
    ("the {what}", HEADERS),
    ("the signature covers method {{signed}}{what}: sign the method sent, {{sent}}", METHODS),
    ("the signature covers {{signed}}{what}: sign path and query exactly as sent, {{sent}}", TARGETS),
    (
        "the signature covers timestamp {{signed}}{what}: read the clock once, sign the digits sent, {{sent}}",
        TIMESTAMPS,
    ),
    ("the string to sign {what}: its last line is the access key as sent", ACCESS_KEYS),
    ("the string to sign {what}: it is METHOD path?query LF timestamp LF access key", LAYOUTS + NEWLINES + SPACES),
    ("the string to sign has {{signed}}, {what}, where {{sent}} belongs", PART_SLIPS),
    ("the string to sign was signed {what}: the HMAC covers it as it is, in UTF-8", STRING_SLIPS),
    ("the HMAC is keyed with {what}: its key is the secret key as it is, in UTF-8", KEYS),
    ("the HMAC is keyed with the secret key {what}: its key is the secret key as it is, in UTF-8", SECRET_SLIPS),
    ("the digest is {what}: it is one HMAC-SHA256, keyed with the secret key", DIGESTS),
    ("the signature {what}: it is the Base64 of the 32 bytes of the digest", ENCODINGS),
)
MISTAKES: Final = {
    line.name: sentence.format(what=line.what) for sentence, lines in _SENTENCES for line in lines if line.what
}
"""What to tell who made a mistake, by its name.

``{signed}`` is what the signature covers, ``{sent}`` what the request says in the same place.
"""
