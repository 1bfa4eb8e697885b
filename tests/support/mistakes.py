"""A wrong signature for every known mistake, with the name that explains it."""

import base64
import hmac
from dataclasses import dataclass, field

from ncp_mock._gateway.authentication import Keys, authenticate
from ncp_mock._messages import Refusal, Request
from ncp_mock._mistakes.search import Memory

ACCESS = "NCPACCESSKEYEXAMPLE0"
SECRET = "NCPsecretKeyEXAMPLEfortestsonly0123456789"  # noqa: S105 - an example
NOW = 1700000000000
PATH = "/vserver/v2/rebootServerInstances"
TARGET = "/vserver/v2/rebootServerInstances?regionCode=KR&serverInstanceNoList.1=1234&responseFormatType=json"
RIGHT = f"GET {TARGET}\n1700000000000\n{ACCESS}"
SPACED = "/vserver/v2/getServerInstanceList?serverName=a%20b%2Fc&pageSize=~"
HANGUL = "/vserver/v2/getServerInstanceList?serverName=%EC%9B%B9"
FORM = b"serverInstanceNoList.1=1234&responseFormatType=json"
TAIL = f"\n1700000000000\n{ACCESS}"


def digest(text: str | bytes, key: str | bytes = SECRET, algorithm: str = "sha256") -> bytes:
    key, text = (part.encode() if isinstance(part, str) else part for part in (key, text))
    return hmac.digest(key, text, algorithm)


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@dataclass(frozen=True)
class Mistake:
    """A request, and the string that was signed for it or the signature."""

    verdict: str
    text: str = RIGHT
    target: str = TARGET
    method: str = "GET"
    timestamp: str = str(NOW)
    access_key: str = ACCESS
    body: bytes = b""
    key: str | bytes = SECRET
    signature: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    keys: Keys = field(default_factory=Keys)

    def refusal(self, now_ms: int = NOW, *, thorough: bool = True, memory: Memory | None = None) -> Refusal:
        request = Request(
            self.method,
            self.target,
            (
                ("host", "127.0.0.1:4010"),
                ("x-ncp-apigw-timestamp", self.timestamp),
                ("x-ncp-iam-access-key", self.access_key),
                ("x-ncp-apigw-signature-v2", self.sent_signature),
                *self.headers,
            ),
            self.body,
        )
        refusal = authenticate(request, self.keys, now_ms, thorough=thorough, memory=memory)
        assert refusal is not None
        return refusal

    @property
    def sent_signature(self) -> str:
        return b64(digest(self.text, self.key)) if self.signature is None else self.signature


def get(verdict: str, signed: str, sent: str = TARGET) -> Mistake:
    """A GET that signs another target than it sends."""
    return Mistake(verdict, f"GET {signed}{TAIL}", sent)


def encoded(verdict: str, signature: str) -> Mistake:
    return Mistake(verdict, signature=signature)


STRING_CASES = [
    # Path and query
    get("query-left-out", "/vserver/v2/rebootServerInstances"),
    get("path-left-out", "regionCode=KR&serverInstanceNoList.1=1234&responseFormatType=json"),
    get("space-encoding", SPACED.replace("%20", "+"), SPACED),
    get("space-encoding", SPACED, SPACED.replace("%20", "+")),
    get("hex-case", SPACED.replace("%2F", "%2f"), SPACED),
    get("hex-case", SPACED, SPACED.replace("%2F", "%2f")),
    get("query-reencoded", SPACED.replace("%2F", "/"), SPACED),
    get("query-reencoded", SPACED.replace("~", "%7E"), SPACED),
    get("query-reencoded", SPACED.replace("~", "%7E").replace("%20", "+"), SPACED),
    get("query-reencoded", TARGET.replace(".1", "%2E1")),
    get("query-reencoded", "/p?a=b%2Bc", "/p?a=b+c"),
    get("query-reencoded", "/p?a=(b)%20c", "/p?a=%28b%29%20c"),
    get("query-decoded", "/vserver/v2/getServerInstanceList?serverName=a b/c&pageSize=~", SPACED),
    get("query-decoded", "/vserver/v2/getServerInstanceList?serverName=웹", HANGUL),
    get("query-decoded", "/p?a=b c", "/p?a=b+c"),
    get("query-encoded-twice", "/vserver/v2/getServerInstanceList?serverName=%25EC%259B%25B9", HANGUL),
    get("target-escaped", "/vserver/v2/rebootServerInstances%3FregionCode%3DKR", f"{PATH}?regionCode=KR"),
    get("target-escaped", "%2Fvserver%2Fv2%2FrebootServerInstances%3FregionCode%3DKR", f"{PATH}?regionCode=KR"),
    get("ampersand-escaped", f"{PATH}?a=1&amp;b=2", f"{PATH}?a=1&b=2"),
    get("query-reordered", f"{PATH}?responseFormatType=json&regionCode=KR&serverInstanceNoList.1=1234"),
    get("query-reordered", f"{PATH}?regionCode=KR&responseFormatType=json&serverInstanceNoList.1=1234"),
    get("query-reordered", f"{PATH}?f=6&a=1&b=2&c=3&d=4&e=5", f"{PATH}?a=1&b=2&c=3&d=4&e=5&f=6"),
    get("query-reordered", f"{PATH}?a=1&c=3&d=4&e=5&b=2&f=6", f"{PATH}?a=1&b=2&c=3&d=4&e=5&f=6"),
    get("parameters-added-later", f"{PATH}?regionCode=KR&serverInstanceNoList.1=1234"),
    get("parameters-added-later", f"{PATH}?serverInstanceNoList.1=1234"),
    get("parameters-added-later", f"{PATH}?responseFormatType=json"),
    get("parameters-added-later", "/p?b=2&e=5&g=7", "/p?a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8"),
    get(
        "parameters-added-later",
        "/p?" + "&".join(f"a{i}" for i in range(12)),
        "/p?" + "&".join(f"a{i}" for i in range(20)),
    ),
    get("parameter-not-sent", f"{PATH}?regionCode=KR&responseFormatType=json", f"{PATH}?regionCode=KR"),
    get("parameter-value-changed", TARGET.replace("json", "xml")),
    get("parameter-value-changed", TARGET.replace("KR", "JPN")),
    get("template-name", TARGET.replace(".1", ".N")),
    get("list-index", TARGET.replace(".1", ".0")),
    get("full-url", f"https://ncloud.apigw.ntruss.com{TARGET}"),
    get("full-url", f"https://ncloud.apigw.gov-ntruss.com{PATH}"),
    get("full-url", f"https://fin-ncloud.apigw.fin-ntruss.com{TARGET}"),
    get("full-url", f"http://127.0.0.1:4010{TARGET}"),
    get("full-url", f"https://127.0.0.1:4010{PATH}"),
    get("host-in-path", f"ncloud.apigw.ntruss.com{TARGET}"),
    get("host-in-path", f"127.0.0.1:4010{PATH}"),
    get("action-only", "rebootServerInstances"),
    get("action-only", "/rebootServerInstances"),
    get("action-only", f"rebootServerInstances?{TARGET.partition('?')[2]}"),
    get("action-only", f"/rebootServerInstances?{TARGET.partition('?')[2]}"),
    get("action-left-out", "/vserver/v2"),
    get("action-left-out", "/"),
    get("path-prefix-left-out", f"/v2/rebootServerInstances?{TARGET.partition('?')[2]}"),
    get("path-prefix-added", f"/vserver/v2{TARGET}"),
    get("classic-path", TARGET.replace("vserver", "server")),
    get("leading-slash-missing", TARGET[1:]),
    get("slash-doubled", f"/{TARGET}"),
    get("slash-doubled", TARGET, TARGET.replace("/v2/", "//v2/")),
    get("trailing-slash", TARGET.replace("?", "/?")),
    get("trailing-slash", TARGET, TARGET.replace("?", "/?")),
    get("trailing-question-mark", f"{PATH}?", PATH),
    get("trailing-question-mark", f"{TARGET}&"),
    get("query-left-out", PATH, f"{PATH}?"),
    get("question-mark-missing", TARGET.replace("?", "")),
    get("other-api-version", TARGET.replace("v2", "v1")),
    get("other-api-version", TARGET.replace("vserver/v2", "server/v1")),
    get("classic-path", TARGET.replace("vserver/v2", "server/v2")),
    get("list-notation", TARGET.replace(".1", "")),
    get("list-notation", TARGET.replace(".1", "[]")),
    get("list-notation", TARGET.replace(".1", "%5B%5D")),
    get("list-notation", TARGET.replace(".1", "[0]")),
    get("list-notation", f"{PATH}?regionCode=KR&aList=1,2", f"{PATH}?regionCode=KR&aList.1=1&aList.2=2"),
    get("list-notation", f"{PATH}?aList=1&aList=2", f"{PATH}?aList.1=1&aList.2=2"),
    get("separator-doubled", TARGET.replace("&", "&&")),
    get("separator-doubled", TARGET.replace("?", "??")),
    get("parameter-not-sent", f"{TARGET}&_=1700000000000"),
    get("parameter-not-sent", f"{TARGET}&_="),
    get("full-url", f"http://localhost:4010{TARGET}"),
    Mistake("body-as-query", f"POST {PATH}?{FORM.decode()}{TAIL}", PATH, "POST", body=FORM),
    Mistake("body-as-query", f"POST {PATH}?{FORM.decode()}{TAIL}", f"{PATH}?a=1", "POST", body=FORM),
    Mistake("body-as-query", f"POST {PATH}?a=1&{FORM.decode()}{TAIL}", f"{PATH}?a=1", "POST", body=FORM),
    Mistake("other-method + body-as-query", f"GET {PATH}?{FORM.decode()}{TAIL}", PATH, "POST", body=FORM),
    get("other-operation", TARGET.replace("reboot", "stop")),
    get("other-operation", "/vserver/v2/getServerInstanceList"),
    get("path-in-other-case", TARGET.replace("rebootServerInstances", "rebootserverinstances")),
    get("documentation-example", "/photos/puppy.jpg?query1=&query2"),
    get("query-separator", TARGET.replace("&", ";")),
    get("query-doubled", f"{TARGET}?{TARGET.partition('?')[2]}"),
    get("query-unset", f"{PATH}?undefined"),
    get("query-as-object", f'{PATH}?{{"a": "1", "b": "2"}}', f"{PATH}?a=1&b=2"),
    get("query-values-only", f"{PATH}?1&2", f"{PATH}?a=1&b=2"),
    get("fragment-signed", f"{TARGET}#"),
    get("host-in-path", f"//127.0.0.1:4010{TARGET}"),
    # Method
    Mistake("other-method", f"GET {PATH}{TAIL}", PATH, "POST"),
    Mistake("other-method", f"POST {TARGET}{TAIL}"),
    Mistake("other-method", f"post {TARGET}{TAIL}"),
    Mistake("method-case", f"get {TARGET}{TAIL}"),
    Mistake("method-case", f"Get {TARGET}{TAIL}"),
    Mistake("method-case", f"GET {TARGET}{TAIL}", method="get"),
    Mistake("method-not-signed", f"{TARGET}{TAIL}"),
    # Time
    Mistake("seconds-instead-of-milliseconds", f"GET {TARGET}\n1700000000\n{ACCESS}", timestamp="1700000000"),
    Mistake("seconds-in-header", f"GET {TARGET}\n1700000000000\n{ACCESS}", timestamp="1700000000"),
    Mistake("seconds-in-header", f"GET {TARGET}\n1700000000987\n{ACCESS}", timestamp="1700000000"),
    Mistake("seconds-in-signature", f"GET {TARGET}\n1700000000\n{ACCESS}"),
    Mistake("seconds-in-signature", f"GET {TARGET}\n1699999998\n{ACCESS}"),
    Mistake("timestamp-as-float", f"GET {TARGET}\n1700000000000.0\n{ACCESS}"),
    Mistake("two-timestamps", f"GET {TARGET}\n1700000000001\n{ACCESS}"),
    Mistake("two-timestamps", f"GET {TARGET}\n1699999995001\n{ACCESS}"),
    Mistake("two-timestamps", f"GET {TARGET}\n1700000004999\n{ACCESS}"),
    Mistake("two-timestamps", f"GET {TARGET}\n1700000060000\n{ACCESS}"),
    Mistake(
        "seconds-instead-of-milliseconds + two-timestamps",
        f"GET {TARGET}\n1700000002\n{ACCESS}",
        timestamp="1700000000",
    ),
    Mistake("timestamp-not-signed", f"GET {TARGET}\n{ACCESS}"),
    *(
        Mistake(verdict, f"GET {TARGET}\n{signed}\n{ACCESS}")
        for verdict, signed in (
            ("timestamp-as-date", "2023-11-14T22:13:20Z"),
            ("timestamp-as-date", "2023-11-14T22:13:20.000Z"),
            ("timestamp-as-date", "2023-11-15T07:13:20+09:00"),
            ("timestamp-as-date", "Tue, 14 Nov 2023 22:13:20 GMT"),
            ("timestamp-in-other-unit", "1700000000000123"),
            ("timestamp-in-other-unit", "1700000000000000000"),
            ("timestamp-in-other-zone", "1700032400000"),
            ("timestamp-in-other-zone", "1699982000000"),
            ("timestamp-as-float", "1700000000000.25"),
            ("timestamp-with-suffix", "1700000000000L"),
            ("timestamp-as-float", "1700000000000.000"),
            ("part-in-quotes", '"1700000000000"'),
            ("part-unset", "undefined"),
        )
    ),
    # What is wrong with the header of these is tested by itself.
    *(
        Mistake("malformed-timestamp + timestamp-reformatted", f"GET {TARGET}\n{signed}\n{ACCESS}", timestamp=sent)
        for sent, signed in (
            ('"1700000000000"', "1700000000000"),
            ("1700000000000L", "1700000000000"),
            ("1700000000000123", "1700000000000"),
            ("2023-11-14T22:13:20Z", "1700000000000"),
            ("2023-11-14T22:13:20Z", "1700000000987"),
            ("2023-11-15T07:13:20", "1700000000001"),
            ("Tue, 14 Nov 2023 22:13:20 GMT", "1700000000"),
        )
    ),
    Mistake(
        "query-left-out + two-timestamps",
        f"GET {PATH}\n1700000000013\n{ACCESS}",
    ),
    Mistake("secret-with-white-space + two-timestamps", f"GET {TARGET}\n1699999999980\n{ACCESS}", key=f"{SECRET}\n"),
    # Access key
    Mistake("access-key-not-signed", f"GET {TARGET}\n1700000000000\n"),
    Mistake("access-key-not-signed", f"GET {TARGET}\n1700000000000"),
    Mistake("secret-in-string", f"GET {TARGET}\n1700000000000\n{SECRET}"),
    Mistake("part-in-quotes", f"GET {TARGET}\n1700000000000\n'{ACCESS}'"),
    Mistake("part-unset", f"GET {TARGET}\n1700000000000\nnull"),
    Mistake("other-access-key-signed", f"GET {TARGET}\n1700000000000\n{ACCESS.lower()}"),
    Mistake("secret-as-access-key", f"GET {TARGET}\n1700000000000\n{SECRET}", access_key=SECRET),
    Mistake("secret-as-access-key", f"GET {TARGET}\n1700000000000\nx", access_key=f'"{SECRET}"'),
    Mistake("secret-as-signature", signature=SECRET),
    # Layout
    Mistake("literal-backslash-n", rf"GET {TARGET}\n1700000000000\n{ACCESS}"),
    Mistake("carriage-return", f"GET {TARGET}\r\n1700000000000\r\n{ACCESS}"),
    Mistake("spaces-for-newlines", f"GET {TARGET} 1700000000000 {ACCESS}"),
    Mistake("newlines-missing", f"GET {TARGET}1700000000000{ACCESS}"),
    Mistake("newlines-missing", f"GET{TARGET}1700000000000{ACCESS}"),
    Mistake("space-missing", f"GET{TARGET}{TAIL}"),
    Mistake("space-doubled", f"GET  {TARGET}{TAIL}"),
    Mistake("newline-for-space", f"GET\n{TARGET}{TAIL}"),
    Mistake("trailing-newline", f"{RIGHT}\n"),
    Mistake("trailing-newline", f"{RIGHT}\r\n"),
    Mistake("leading-newline", f"\n{RIGHT}"),
    Mistake("echoed-string", rf"GET {TARGET}\n1700000000000\n{ACCESS}" + "\n"),
    Mistake("crlf-line-ends", f"GET {TARGET}\r\n1700000000000\r\n{ACCESS}\r\n"),
    Mistake("literal-backslash-n", rf"GET {TARGET}\n1700000000000" + f"\n{ACCESS}"),
    Mistake("slash-n", f"GET {TARGET}/n1700000000000/n{ACCESS}"),
    Mistake("blank-line", f"GET {TARGET}\n\n1700000000000\n\n{ACCESS}"),
    Mistake("blank-line", f"GET {TARGET}\n1700000000000\n\n{ACCESS}"),
    Mistake("tab-for-space", f"GET\t{TARGET}{TAIL}"),
    Mistake("line-indented", f"GET {TARGET}\n    1700000000000\n    {ACCESS}"),
    Mistake("newline-escaped", f"GET {TARGET}%0A1700000000000%0A{ACCESS}"),
    Mistake("other-separator", f"GET,{TARGET},1700000000000,{ACCESS}"),
    Mistake("other-separator", f"GET:{TARGET}{TAIL}"),
    Mistake("space-escaped", f"GET%20{TARGET}{TAIL}"),
    Mistake("extra-line-signed", f"GET {TARGET}\n127.0.0.1:4010{TAIL}"),
    Mistake("header-names-signed", f"GET {TARGET}\nx-ncp-apigw-timestamp:{NOW}\nx-ncp-iam-access-key:{ACCESS}"),
    Mistake("other-scheme", f"GET\n127.0.0.1:4010\n{PATH}\n{TARGET.partition('?')[2]}"),
    Mistake("http-version-signed", f"GET {TARGET} HTTP/1.1{TAIL}"),
    Mistake("parts-reordered", f"1700000000000\n{ACCESS}\nGET\n{TARGET}"),
    Mistake("parts-reordered", f"GET {TARGET}\n{ACCESS}\n1700000000000"),
    Mistake("target-not-signed", f"GET\n1700000000000\n{ACCESS}"),
    Mistake("search-ad-scheme", f"1700000000000.GET.{TARGET}"),
    Mistake("search-ad-scheme", f"1700000000000.GET.{PATH}"),
    Mistake(
        "api-key-signed",
        f"GET {TARGET}\n1700000000000\nAPIKEY{{0}}of0somebody\n{ACCESS}",
        headers=(("x-ncp-apigw-api-key", "APIKEY{0}of0somebody"),),
    ),
    Mistake("body-signed", f"POST {PATH}{TAIL}{FORM.decode()}", PATH, "POST", body=FORM),
    Mistake("body-signed", f"POST {PATH}{TAIL}\n{FORM.decode()}", PATH, "POST", body=FORM),
    Mistake("body-signed", f'POST {PATH}{TAIL}\n{{"a": 1}}', PATH, "POST", body=b'{"a": 1}'),
]
