"""The known mistakes in signing a request, one a line: a name, and the forms of the value that is used by mistake.

In a template ``{text}`` is the right value; ``signed_request`` has the other names. Likelier mistakes come first.
An explanation is made of the mistake's name and hint, and of the sentence of its axis.
"""

import html
import json
from collections.abc import Iterator, Sequence
from itertools import chain, permutations
from typing import Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from . import forms
from .digests import DIGESTS, ENCODINGS
from .forms import HALF_HOURS, KOREA, YEAR_1, Line, around, hashed, in_zones, line, parameters, rarely, read, sub


def _quoted(text: str) -> str:
    return quote(text, safe="")


_VERBS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
METHODS: Final = (
    line("method-case", str.upper, str.lower, str.capitalize),
    line("other-method", *_VERBS, rare=[*map(str.lower, _VERBS), *map(str.capitalize, _VERBS)]),
)
_BODIES: Final = ("{path}?{body}", "{text}&{body}", "{text}?{body}", "{text}{body}")
_UNSET: Final = ("undefined", "null", "None", "nil", "NaN", "[object Object]", "...", "\u2026", "0")
_URLS: Final = ("https://{public}{text}", "http://{public}{text}", "https://{public}{path}", "http://{public}{path}")
_HOSTS: Final = ("{public}{text}", "{public}{path}", "//{host}{text}", "//{public}{text}")
_VERSIONS: Final = [f"/{platform}/v{number}/" for platform in ("vserver", "server") for number in (1, 2, 3)]
TARGETS: Final = (
    line("body-as-query", "{path}?{form}", rare=_BODIES, hint="which is not signed"),
    line("query-left-out", "{path}"),
    line("leading-slash-missing", sub("^/", "")),
    line("slash-doubled", "/{text}", sub("/+", "/"), rare=[sub("/", "//")]),
    line("trailing-slash", "{path}/{tail}", sub("/+(?=[?]|$)", "")),
    line("trailing-question-mark", "{text}?", "{text}&", sub("[?&]+$", "")),
    line("query-left-out", "{path}?"),
    line("question-mark-missing", "{path}{query}", "{path}&{query}"),
    line("action-only", sub("^[^?]*/", "", "/"), sub("^[^?]*/([^?]*).*", r"\1", r"/\1")),
    line("path-prefix-left-out", sub("^/[^/?]+/(?=.)", "/", ""), sub("^/[^/?]+/([^?]+).*", r"/\1", r"\1")),
    line("action-left-out", sub("/[^/?]*(?=[?]|$)", "", "/"), sub("/[^/?]*([?].*)?$", "", "/"), "/{tail}", "/"),
    line("path-left-out", "{query}", "?{query}"),
    line("path-prefix-added", "/vserver/v2{text}", "/vserver/v2/{text}", rare=["/vserver{text}", "/api/v2{text}"]),
    line("classic-path", sub("^/vserver/", "/server/"), sub("^/server/", "/vserver/"), hint="Classic or VPC"),
    line("full-url", *(url.replace("{public}", "{host}") for url in _URLS), rare=_URLS),
    line("host-in-path", "{host}{text}", "{host}{path}", rare=_HOSTS),
    line("target-escaped", _quoted, quote, quote_plus),
    line("other-operation", rare=["{operation}{tail}", "{operation}"]),
    line("path-in-other-case", rare=[sub("^[^?]*", forms.matched(str.lower), forms.matched(str.upper))]),
    line("documentation-example", rare=["/photos/puppy.jpg?query1=&query2"]),
    line("other-api-version", rare=[sub("^/v?server/v[0-9]/", *_VERSIONS)]),
    line("query-separator", rare=("{path}" + sign + "{query}" for sign in "\n /:,")),
    line("query-doubled", rare=["{text}?{query}", "{text}&{query}", "{text}{query}"]),
    line("query-unset", rare=("{path}" + mark + unset for mark in ("?", "") for unset in _UNSET)),
    line("separator-doubled", rare=[sub("[?]", "??"), sub("&", "&&")]),
    line("fragment-signed", rare=["{text}#", "{text}#/", "{text}#!"], hint="which is not sent"),
)
_ADDED: Final = ("responseFormatType=", "serverInstanceNoList[.]", "[^&]*$")
_LIST: Final = "(?<=List)[.]([0-9]+)(?==)"
_LISTS: Final = ("[]", "%5B%5D", r"[\1]", r"%5B\1%5D", r"\1", r"_\1", r"%2E\1")
_FROM_ZERO: Final = (forms.renumbered("[{}]", -1), forms.renumbered("%5B{}%5D", -1))
_FORMAT, _REGION = "(?<=responseFormatType=)[^&]*", "(?<=regionCode=)[^&]*"
# The right value is the query alone.
QUERIES: Final = (
    line("hex-case", sub("%..", forms.matched(str.lower), forms.matched(str.upper))),
    line("space-encoding", sub("%20", "+"), sub("[+]", "%20")),
    line("query-decoded", unquote, unquote_plus, html.unescape),
    line("query-reencoded", forms.reencoded),
    line("query-encoded-twice", forms.rewritten(_quoted)),
    line("target-escaped", _quoted, quote, quote_plus),
    line("ampersand-escaped", sub("&", "&amp;")),
    line("query-reordered", parameters(sorted, lambda p: p[::-1], forms.by_number, lambda p: p[-1:] + p[:-1])),
    line("parameters-added-later", *(sub(f"&{name}[^&]*|^{name}[^&]*&?", "") for name in _ADDED), rare=[forms.subsets]),
    line("list-notation", sub(_LIST, ""), rare=[sub(_LIST, *_LISTS, *_FROM_ZERO), forms.list_in_one]),
    line("template-name", sub(_LIST, ".N", ".n"), hint="as the documentation names a list"),
    line("query-separator", rare=[sub("&", ";", ",", " ", "\n", "|", "")]),
    line("query-as-object", rare=[forms.objects]),
    line("query-values-only", rare=[sub("=[^&]*", ""), sub("[^&]*?=", "")]),
    line("parameter-value-changed", rare=[sub(_FORMAT, "json", "xml", "JSON", "XML", "")]),
    line("parameter-value-changed", rare=[sub(_REGION, "KR", "SGN", "JPN", "KRS", "FKR", "kr", "")]),
    line("parameter-not-sent", rare=["{text}&{extra}", "{extra}&{text}"]),
    line("list-index", rare=[sub(_LIST, forms.renumbered(".{}", -1), forms.renumbered(".{}", 1))]),
    line("query-reordered", rare=[forms.any_order]),
)
TIMESTAMPS: Final = (
    line("seconds-in-signature", sub("(?<=^.{10})...$", "")),
    line("timestamp-as-float", "{text}.0", sub("(...)$", r".\1", r".\g<1>000", ".0")),
    line("seconds-in-header", sub("^([0-9]{10})$", r"\g<1>000")),
    line("timestamp-reformatted", sub(r"^\D*|\D*$", ""), sub("[.].*", ""), lambda text: text[:13]),
    line("timestamp-in-other-zone", *in_zones(KOREA), rare=in_zones(HALF_HOURS), hint="count from 1970-01-01 UTC"),
    line("timestamp-with-suffix", rare=["{text}L", "{text}l", "{text}n", "{text}ms", "{text}Z"]),
    line("timestamp-in-other-unit", rare=[read(range(1000), times=1000), "{text}000000", read([YEAR_1], times=10_000)]),
    line("timestamp-as-date", rare=[forms.dates]),
    line("timestamp-as-float", rare=["{text},0", sub("(...)$", r",\1")]),
    line("timestamp-reformatted", rare=["0{text}", "-{text}", "+{text}", "{text}.", forms.numbers]),
)
# A second reading of the clock.
_SECONDS: Final = around(300)
READINGS: Final = (
    line("two-timestamps", read(around(20)), rare=[read(around(5_000)), read(around(300_000, 1000))]),
    line("two-timestamps", rare=[read(around(300_000, 1000), per=1000, times=1000), read(_SECONDS, of=10)]),
    line("seconds-in-signature", rare=[read(_SECONDS, per=1000)]),
    line("seconds-in-header", rare=[read(around(5_000), times=1000, of=10)]),
    line("timestamp-in-other-zone + two-timestamps", rare=in_zones(HALF_HOURS, reach=20)),
    line("timestamp-as-float", rare=["{text}.{fraction}"]),
    line("timestamp-reformatted", rare=[forms.moments]),
)
ACCESS_KEYS: Final = (
    line("access-key-not-signed", ""),
    line("secret-in-string", "{key}", hint="it keys the HMAC and stands nowhere"),
    line("other-access-key-signed", "{own}", "{small_own}"),
)

_FIRST, _REST = "{method}{s}{path}{tail}", "{n}{timestamp}{m}{access_key}"
STRING: Final = _FIRST + _REST
"""{s} is the space, {n} and {m} are the newlines."""
AS_IT_IS: Final = "{text}"
"""The form of an unchanged string."""
_ENDS: Final = [STRING + end for end in (r"\n", r"\r\n", "\n\n", "\r", "\t")]
_WITH_NAMES: Final = _FIRST + "\nx-ncp-apigw-timestamp: {timestamp}\nx-ncp-iam-access-key: {access_key}"
_SIGNS: Final = (*("", "\n", " ", ":", ": ", ",", ", ", ";", "|", "&", ".", "-", "_", "/", "+", "\t", "\v", "\u2028"),)
NEWLINES: Final = (
    line("literal-backslash-n", r"\n", rare=[r"\r\n", r"\\n"]),
    line("carriage-return", "\r\n", rare=["\r", "\n\r"]),
    line("spaces-for-newlines", " "),
    line("newlines-missing", ""),
    line("slash-n", rare=["/n"]),
    line("blank-line", rare=["\n\n", "\r\n\r\n", "\n\n\n"]),
    line("line-indented", rare=[" \n", "\n ", "\n\t", "\n  ", "\n    ", "\n        "]),
    line("newline-escaped", rare=["%0A", "%0a", "%0D%0A", "<br>", "<br/>", "&#10;"]),
    line("other-separator", rare=_SIGNS),
)
SPACES: Final = (
    line("space-missing", ""),
    line("space-doubled", "  ", "   "),
    line("newline-for-space", "\n", rare=["\r\n", r"\n"]),
    line("tab-for-space", rare=["\t"]),
    line("space-escaped", rare=["%20", "+", "&nbsp;", "\u00a0"]),
    line("other-separator", rare=_SIGNS),
)


def _with_line(text: str) -> tuple[str, ...]:
    return f"{STRING}\n{text}", f"{_FIRST}\n{text}{_REST}", f"{_FIRST}{{n}}{{timestamp}}\n{text}{{m}}{{access_key}}"


_NAMES_OF_SIGNS: Final = {"": "newlines-missing", " ": "spaces-for-newlines", "\n": "newline-for-space"}
_PARTS: Final = {
    "method": "{method}",
    "target": "{path}{tail}",
    "timestamp": "{timestamp}",
    "access-key": "{access_key}",
}


def _arranged() -> Iterator[Line]:
    """Some or all parts in any order: with the right signs between them, then with one sign everywhere."""
    for order in chain.from_iterable(permutations(_PARTS, size) for size in (4, 3, 2, 1)):
        names = [f"{part}-not-signed" for part in _PARTS if part not in order]
        names += ["parts-reordered"] * ([*order] != [part for part in _PARTS if part in order])
        parts = [_PARTS[part] for part in order]
        lines = "{n}".join(parts)
        usual = [lines.replace("{method}{n}{path}", "{method}{s}{path}"), lines.replace("{n}", "{s}", 1)]
        yield line(" + ".join(names), rare=usual if order[:2] == ("method", "target") else [*usual, lines])
        for sign in _SIGNS:
            names_of_sign = [*names, _NAMES_OF_SIGNS.get(sign, "other-separator")]
            yield line(" + ".join(names_of_sign), rare=[sign.join(parts)])


_SCHEMES: Final = (
    *("{query}", "{access_key}_{timestamp}", "{content}", "{timestamp}{method}{path}{tail}{content}"),
    *("{method}\n{host}\n{path}\n{query}", "{method}\n{path}\n{query}\n{timestamp}\n{access_key}"),
)
LAYOUTS: Final = (
    line("method-not-signed", "{path}{tail}" + _REST, "{s}{path}{tail}" + _REST),
    line("target-not-signed", "{method}" + _REST, rare=["{method}{s}" + _REST]),
    line("timestamp-not-signed", _FIRST + "{n}{m}{access_key}", _FIRST + "{n}{access_key}"),
    line("access-key-not-signed", _FIRST + "{n}{timestamp}"),
    line("echoed-string", r"{method} {path}{tail}\n{timestamp}\n{access_key}" + "\n", hint="use printf %b"),
    line("crlf-line-ends", "{method} {path}{tail}\r\n{timestamp}\r\n{access_key}\r\n"),
    line("search-ad-scheme", "{timestamp}.{method}.{path}{tail}", "{timestamp}.{method}.{path}"),
    line("trailing-newline", *(STRING + end for end in ("\n", "\r\n", " ")), rare=_ENDS, hint="or another blank"),
    line("leading-newline", "\n" + STRING),
    line("api-key-signed", *_with_line("{api_key}"), hint="as in the old version 1"),
    line("body-signed", rare=[STRING + "{content}", *_with_line("{content}")], hint="itself or its digest"),
    line("http-version-signed", rare=[_FIRST + " HTTP/1.1" + _REST]),
    line("extra-line-signed", rare=_with_line("{header}")),
    line("header-names-signed", rare=[_WITH_NAMES, _WITH_NAMES.replace(": ", ":")]),
    line("secret-in-string", rare=[*_with_line("{key}"), STRING + "{key}"]),
    line("search-ad-scheme", rare=(x.join(("{timestamp}", "{method}", "{path}")) for x in "\n:")),
    line("other-scheme", rare=_SCHEMES, hint="that of another API"),
    *_arranged(),
)
KEYS: Final = (
    line("keys-swapped", "{swapped}", hint="the secret key stands in the access key's place"),
    line("access-key-as-hmac-key", "{own}"),
    line("empty-hmac-key", "", hint="or decoding it gave nothing"),
    line("secret-base64-decoded", forms.from_base64),
    line("secret-hex-decoded", forms.from_hex),
    line("secret-with-ampersand", "{text}&", hint="as in OAuth 1"),
    line("keys-joined", rare=["{own}{joint}{text}", "{text}{joint}{own}"]),
    line("secret-prefixed-as-for-aws", rare=["AWS4{text}"]),
    line("other-value-as-hmac-key", rare=["{timestamp}", "{method}", "{target}"]),
)
_PLACEHOLDERS: Final = (
    *("{name}", "${name}", "${{{name}}}", "{{{name}}}", "{{{{{name}}}}}", "<{name}>", "%{name}%", ":{name}"),
    *("#{{{name}}}", "YOUR_{name}"),
)
# What can happen to any text: the secret key, a part of the string to sign, and the whole string.
_SLIPS: Final = (
    line(
        "with-white-space",
        *("{text}\n", "{text}\r\n", "{text} ", " {text}", "{text}\r", "{text}\t", " {text} "),
        rare=["{text}{blank}", "{blank}{text}", "{blank}{text}{blank}"],
        hint=r"or \n or an invisible character",
    ),
    line("in-quotes", '"{text}"', "'{text}'", rare=["{text}{quote}", "{quote}{text}", "{quote}{text}{quote}"]),
    line("as-bytes-repr", "b'{text}'", 'b"{text}"'),
    line("base64-encoded", forms.b64, rare=[forms.base64_variants]),
    line("in-utf-16", lambda text: (text.encode(f"utf-16{order}") for order in ("-le", "-be", ""))),
    line("hashed-first", hashed("sha256"), rare=[hashed("md5", "sha1", "sha512")]),
    line("incomplete", sub("(?s).$", ""), sub("(?s)^.", ""), rare=[forms.incomplete]),
    line("percent-encoded", _quoted, rare=[quote, quote_plus]),
    line("in-other-case", rare=[str.lower, str.upper, str.swapcase, lambda text: text[:1].lower() + text[1:]]),
    line("in-quotes", rare=["\u201c{text}\u201d", "\u2018{text}\u2019", "\u00ab{text}\u00bb", '"{text}",']),
    line("with-punctuation", rare=["{text}{mark}", "{mark}{text}"]),
    line("in-brackets", rare=["<{text}>", "[{text}]", "({text})", "{{{text}}}", "${{{text}}}"]),
    line("with-name", rare=["{name}{equals}{text}", "export {name}={text}", 'export {name}="{text}"']),
    line("unset", rare=[*_UNSET, "", *_PLACEHOLDERS]),
    line("doubled", rare=["{text}{text}", "{text}\n{text}", "{text} {text}"]),
    line("escaped", rare=[json.dumps, lambda text: json.dumps(text)[1:-1], sub("/", r"\\/"), html.escape]),
    line("decoded", rare=[unquote, unquote_plus, html.unescape]),
    line("in-hex", rare=[lambda text: text.encode().hex(), lambda text: text.encode().hex().upper()]),
    line("misread", rare=[forms.misread]),
)
_ALIASES: Final = {"secret-unset": "placeholder-as-secret", "string-hashed-first": "message-hashed-first"}


def _slips(subject: str, left_out: Sequence[str], likely: Sequence[str]) -> tuple[Line, ...]:
    """The slips of one kind of text, without some; ``likely`` may come together with another mistake."""
    names = {slip: f"{subject}-{slip.name}" for slip in _SLIPS if slip.name not in left_out}
    return tuple(
        (slip if slip.name in likely else rarely(slip))._replace(name=_ALIASES.get(name, name))
        for slip, name in names.items()
    )


SECRET_SLIPS: Final = _slips("secret", (), [slip.name for slip in _SLIPS])
PART_SLIPS: Final = _slips("part", ("in-utf-16", "percent-encoded", "decoded", "escaped"), ())
# Of what is lost or added at an end of the string, the part there tells more.
STRING_SLIPS: Final = _slips(
    "string",
    ("incomplete", "with-punctuation", "with-name", "doubled", "misread", "decoded", "as-bytes-repr"),
    ("in-quotes", "percent-encoded", "base64-encoded", "in-utf-16"),
)

_TARGET: Final = "the signature covers {{signed}} ({}): sign path and query exactly as sent, {{sent}}"
_TIME: Final = "the signature covers timestamp {{signed}} ({}): read the clock once, sign what is sent, {{sent}}"
_LAYOUT: Final = "the string to sign is wrong ({}): it is METHOD path?query LF timestamp LF access key"
_PART: Final = "the string to sign has {{signed}} ({}) where {{sent}} belongs"
AXES: Final = (
    ("method", METHODS, "the signature covers method {{signed}} ({}): sign the method sent, {{sent}}"),
    ("target", TARGETS, _TARGET),
    ("query", QUERIES, _TARGET),
    ("timestamp", TIMESTAMPS, _TIME),
    ("access_key", ACCESS_KEYS, "the string to sign is wrong ({}): its last line is the access key as sent"),
    ("layout", LAYOUTS, _LAYOUT),
    ("s", SPACES, _LAYOUT),
    ("newlines", NEWLINES, _LAYOUT),
    *((one, tuple(map(rarely, NEWLINES)), _LAYOUT) for one in "nm"),
    ("whole", STRING_SLIPS, "the string to sign was changed ({}): the HMAC covers it as it is, in UTF-8"),
    ("key", KEYS + SECRET_SLIPS, "the HMAC has another key ({}): its key is the secret key as it is, in UTF-8"),
    *((part, PART_SLIPS, _PART) for part in ("method", "target", "timestamp", "access_key")),
    ("timestamp", READINGS, _TIME),
)
"""The value that the lines change, the lines, and the sentence that explains them.

Mistakes in one value come before those that any text can have.
"""
_DIGEST: Final = "the digest is another one ({}): it is one HMAC-SHA256, keyed with the secret key"
_ENCODING: Final = "the signature is encoded in another way ({}): it is the Base64 of the 32 bytes of the digest"
MISTAKES: Final = {
    "seconds-instead-of-milliseconds": "the timestamp is in seconds: header and signature need milliseconds, 13 digits",
    "secret-as-access-key": "the access key header holds the secret key: send the access key, never the secret",
    "secret-as-signature": "the signature header holds the secret key: send the HMAC made with it, never the secret",
}
"""The explanation of each mistake. ``{signed}`` is the value that the signature covers, ``{sent}`` the right one."""
for _, _lines, _sentence in (*AXES, ("", DIGESTS, _DIGEST), ("", ENCODINGS, _ENCODING)):
    for _name, _hint in ((name, one.hint) for one in _lines for name in one.name.split(" + ") if name):
        _words = _name.replace("-", " ") + (_hint and f", {_hint}")
        MISTAKES.setdefault(_name, _sentence.format(_words))
