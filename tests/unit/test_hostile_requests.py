"""No request makes the check of its signature raise, or its explanation unprintable."""

import pytest
from ncp_mock._messages import Request
from support.authentication import GOOD, refused
from support.mistakes import b64, digest

HOSTILE = {
    "empty": "",
    "nul": "\0",
    "latin-1": "\u00ff\u00e9\u0080",
    "hangul": "\ud55c\uae00",
    "surrogate": "\udcff\ud800",
    "braces": "{0} {method} {",
    "percent": "%zz%",
    "backslash": "\\1\\g<0>",
    "newlines": "\r\n\n",
    "digits": "9" * 13,
    "many-digits": "9" * 5000,
    "huge": "a" * 60_000,
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("place", ["method", "target", "query", "body", "host", "api-key", *GOOD])
def test_nothing_that_arrives_raises(place: str, value: str) -> None:
    headers = GOOD | {"x-ncp-apigw-signature-v2": b64(digest("nothing that anybody signs"))}
    if place in GOOD:
        headers[place] = value
    more = (("host", value if place == "host" else "h"), ("x-ncp-apigw-api-key", value if place == "api-key" else "k"))
    method = value if place == "method" else "GET"
    target = {"target": value, "query": f"/p?{value}={value}&a"}.get(place, "/p")
    body = value.encode("utf-8", "surrogatepass") + b"\xff" if place == "body" else b""

    refusal = refused(Request(method, target, (*headers.items(), *more), body))

    assert len(refusal.explanation) <= 600
    assert refusal.explanation.replace("…", "").isascii()
    assert refusal.explanation.isprintable()
