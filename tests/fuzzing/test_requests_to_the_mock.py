"""Any bytes that come to the mock: it answers in HTTP or ends the connection, and never fails itself."""

import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, strategies as st
from ncp_mock import Record
from support.fuzzing import BOUNDED, GatewayInMemory

NAMES = (
    "serverInstanceNoList.1",
    "serverInstanceNoList.2",
    "serverInstanceNoList.21",
    "serverInstanceNo",
    "regionCode",
    "responseFormatType",
    "pageNo",
    "pageSize",
    "sortedBy",
    "sortingOrder",
    "vpcNo",
    "ip",
    "serverName",
)  # fmt: skip - a table
VALUES = ("123458773", "123458793", "KR", "JPN", "json", "xml", "0", "1", "1000", "", "-1", "serverName", "DESC")
FIELDS = (
    "x-ncp-apigw-timestamp",
    "x-ncp-iam-access-key",
    "x-ncp-apigw-signature-v2",
    "x-ncp-apigw-signature-v1",
    "content-type",
    "origin",
    "if-none-match",
    "expect",
    "host",
)  # fmt: skip - a table
CONTENTS = (
    "1800000000000",
    "NCPACCESSKEYEXAMPLE0",
    "A" * 43 + "=",
    "application/x-www-form-urlencoded",
    "application/json",
    "http://mock",
    "*",
    "100-continue",
)  # fmt: skip - a table
FAULTS = (
    b'{"fault": "throttleLimited", "times": 3, "retryAfter": 1, "share": 0.5, "seed": 2}',
    b'{"fault": "slowDrip", "seconds": 3600, "operation": "getServerInstanceList"}',
    b'{"fault": "skewedDate", "seconds": 1e308}',
    b'{"fault": "resetBefore"}',
    b'{"fault": 429, "executed": true, "format": "xml"}',
    b'{"serverInstanceNo": "123458773", "restartSeconds": [1, 5], "listLag": "3s", "nulls": "all"}',
)


@functools.cache
def gateway() -> GatewayInMemory:
    return GatewayInMemory()


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """Something like a request, so that it comes further than to the first check."""
    operations = list(gateway().gateways[True]._service._contract.operations)
    controls = ["faults", "behaviours", "hold", "finish", "reset", "requests", "servers", "live", "", "page.css"]
    path = draw(st.sampled_from([*operations, *(f"/__mock__/{each}" for each in controls)]) | st.text())
    text = st.text(max_size=20)
    pairs = st.tuples(st.sampled_from(NAMES) | text, st.sampled_from(VALUES) | text)
    encoded = st.lists(pairs, max_size=5).map(lambda found: "&".join(f"{name}={value}" for name, value in found))
    headers = draw(st.lists(st.tuples(st.sampled_from(FIELDS) | text, st.sampled_from(CONTENTS) | text), max_size=5))
    body = draw(encoded.map(str.encode) | st.sampled_from(FAULTS) | st.binary(max_size=50))
    target = draw(st.sampled_from([path, f"{path}?{draw(encoded)}"]))
    lines = [f"{draw(st.sampled_from(['GET', 'POST', 'HEAD', 'PUT', 'get']) | text)} {target} HTTP/1.1", "host: mock"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode("utf-8", "replace") + body


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """Data in pieces."""
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


@given(
    st.lists(requests() | st.binary(max_size=100), min_size=1, max_size=3).map(b"".join),
    st.lists(st.integers(0, 5000), max_size=4),
    st.booleans(),
)
@BOUNDED
def test_any_bytes(data: bytes, places: Sequence[int], lax: bool) -> None:
    whole = served([data], lax=lax)

    assert served(cut(data, places), lax=lax) == whole
    assert lax or "accepted" not in {record.verdict for record in whole}


def served(pieces: Sequence[bytes], *, lax: bool) -> list[Record]:
    """The mock's records of them, without what differs from run to run."""
    received = gateway().serve(pieces, lax=lax)
    assert re.match(rb"HTTP/1\.1 [1-5]\d\d |$", received)
    records = gateway().gateways[lax].records.latest()
    return [replace(record, number=0, time="", explanation="") for record in records]
