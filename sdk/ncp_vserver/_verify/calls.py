"""The calls that only read, in the order in which they are sent. Each probe looks at some of the responses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

Signing = Literal[
    "right",
    "as v1",
    "wrong",
    "four minutes old",
    "six minutes old",
    "signature twice",
    "no header",
    "no timestamp",
    "no access key",
    "no signature",
    "unknown access key",
]
"""How a request is signed: one way is right."""

LIST: Final = "getServerInstanceList"
DETAIL: Final = "getServerInstanceDetail"
DETAIL_OF_A_SERVER: Final = "detail"
"""The call for the detail of a server that exists. Where it is refused, other details are for the same reason."""

JSON: Final = "responseFormatType=json"
XML: Final = "responseFormatType=xml"
FORM: Final = "application/x-www-form-urlencoded"

_FACT: Final = re.compile(r"\{([A-Za-z.]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request to be sent.

    In a query and a form, a name in braces stands for a fact of the account, such as a field of a server.
    """

    name: str
    topic: str
    """What it is about, for people."""
    operation: str = LIST
    method: str = "GET"
    query: str = JSON
    form: str | None = None
    content_type: str | None = None
    signing: Signing = "right"
    takes_region: bool = True
    """Whether the region that was asked for is added."""
    changes: bool = False
    """Whether it changes a server."""

    def filled(self, facts: Mapping[str, str], region: str | None) -> tuple[str, str | None]:
        """Return the target and the body as they are sent. Raises KeyError for a fact that is not known."""

        def fill(text: str) -> str:
            return _FACT.sub(lambda found: quote(facts[found[1]], safe=""), text)

        where = f"regionCode={quote(region, safe='')}" if region and self.takes_region else ""
        query, form = fill(self.query), None if self.form is None else fill(self.form)
        if self.content_type == FORM:
            form = "&".join(filter(None, (form, where)))
        else:
            query = "&".join(filter(None, (query, where)))
        return f"/vserver/v2/{self.operation}" + (f"?{query}" if query else ""), form


_FORMATS: Final = "GET and POST, JSON and XML"


def _post(name: str, form: str, *, query: str = "", topic: str = _FORMATS) -> Call:
    return Call(name=name, topic=topic, method="POST", query=query, form=form, content_type=FORM)


def _lists(topic: str, queries: Mapping[str, str]) -> list[Call]:
    return [Call(name=name, topic=topic, query=f"{query}&{JSON}") for name, query in queries.items()]


def _details(topic: str, queries: Mapping[str, str]) -> list[Call]:
    return [Call(name=name, topic=topic, operation=DETAIL, query=query) for name, query in queries.items()]


FILTERS: Final = {
    "vpcNo": "vpcNo",
    "serverInstanceNoList.1": "serverInstanceNo",
    "serverName": "serverName",
    "serverInstanceStatusCode": "serverInstanceStatus.code",
    "baseBlockStorageDiskTypeCode": "baseBlockStorageDiskType.code",
    "baseBlockStorageDiskDetailTypeCode": "baseBlockStorageDiskDetailType.code",
    "ip": "publicIp",
    "placementGroupNoList.1": "placementGroupNo",
    "hypervisorTypeCodeList.1": "hypervisorType.code",
    "fabricClusterPoolNo": "fabricClusterPoolNo",
    "fabricClusterNo": "fabricClusterNo",
    "fabricClusterMode": "fabricClusterMode",
}
"""The parameters of a list that narrow it down, and the field of a server that each is about."""

ENCODED: Final = {
    "encoded-hangul": "%EC%84%9C%EB%B2%84",
    "encoded-space": "a%20b",
    "plus-for-space": "a+b",
    "encoded-plus": "a%2Bb",
    "encoded-slash": "a%2Fb",
    "tilde": "a~b",
}
"""Names of servers that clients encode in different ways."""

CALLS: Final = (
    Call(name="list", topic=_FORMATS),
    Call(name="list-again", topic=_FORMATS),
    Call(name="list-xml", topic=_FORMATS, query=XML),
    Call(name="list-without-format", topic=_FORMATS, query=""),
    _post("list-post", JSON),
    _post("list-post-xml", XML),
    Call(name="list-post-query", topic=_FORMATS, method="POST", content_type="application/json"),
    Call(name="list-post-json", topic=_FORMATS, method="POST", content_type="application/json", form="{}"),
    *_details(
        _FORMATS,
        {
            DETAIL_OF_A_SERVER: f"serverInstanceNo={{serverInstanceNo}}&{JSON}",
            "detail-xml": f"serverInstanceNo={{serverInstanceNo}}&{XML}",
        },
    ),
    Call(name="region-none", topic="regions", takes_region=False),
    Call(name="region-kr", topic="regions", query=f"regionCode=KR&{JSON}", takes_region=False),
    Call(name="region-unknown", topic="regions", query=f"regionCode=NOWHERE&{JSON}", takes_region=False),
    *_lists("filters", {f"filter-{name}": f"{name}={{{field}}}" for name, field in FILTERS.items()}),
    *_lists(
        "filters",
        {
            "filter-part-of-name": "serverName={partOfName}",
            "filter-two": "serverName={serverName}&serverInstanceStatusCode={otherStatus}",
            "filter-absent": "serverInstanceNoList.1={absent}",
        },
    ),
    *_lists("percent-encoding", {name: f"serverName={value}" for name, value in ENCODED.items()}),
    *_lists("percent-encoding", {"encoded-badly": "serverName=%zz"}),
    *_lists(
        "pages and sorting",
        {
            "page-0": "pageNo=0&pageSize=1",
            "page-1": "pageNo=1&pageSize=1",
            "page-2": "pageNo=2&pageSize=1",
            "page-of-1000": "pageNo=1&pageSize=1000",
            "page-of-1001": "pageNo=1&pageSize=1001",
            "page-of-0": "pageNo=1&pageSize=0",
            "page-without-size": "pageNo=1",
            "sorted-ascending": "sortedBy=serverInstanceNo&sortingOrder=ASC",
            "sorted-descending": "sortedBy=serverInstanceNo&sortingOrder=DESC",
            "sorted-by-name": "sortedBy=serverName&sortingOrder=ASC",
        },
    ),
    *_lists(
        "odd parameters",
        {
            "parameter-unknown": "unknownParameter=1",
            "parameter-misspelt": "serverInstanceNolist.1={absent}",
            "parameter-repeated": "serverName=a&serverName=b",
            "parameter-empty": "serverName=",
            "numbering-gap": "serverInstanceNoList.1={absent}&serverInstanceNoList.3={absent}",
            "numbering-from-0": "serverInstanceNoList.0={absent}",
        },
    ),
    Call(name="format-capitals", topic="odd parameters", query="responseFormatType=JSON"),
    *_details(
        "odd parameters",
        {
            "detail-without-number": JSON,
            "detail-not-digits": f"serverInstanceNo=abc&{JSON}",
            "detail-absent": f"serverInstanceNo={{absent}}&{JSON}",
            "detail-absent-xml": f"serverInstanceNo={{absent}}&{XML}",
            "detail-absent-without-format": "serverInstanceNo={absent}",
        },
    ),
    _post("form-unknown-field", f"unknownParameter=1&{JSON}", topic="odd parameters"),
    _post("query-and-form", f"serverName=a&{JSON}", query="serverName=a", topic="odd parameters"),
    Call(name="signature-v1", topic="signing headers", signing="as v1"),
    Call(name="timestamp-4-minutes", topic="signing headers", signing="four minutes old"),
    Call(name="timestamp-6-minutes", topic="signing headers", signing="six minutes old"),
    Call(name="signature-wrong", topic="signing headers", signing="wrong"),
    Call(name="signature-wrong-xml", topic="signing headers", signing="wrong", query=XML),
    Call(name="signature-twice", topic="signing headers", signing="signature twice"),
    Call(name="access-key-unknown", topic="signing headers", signing="unknown access key"),
    Call(name="headers-none", topic="signing headers", signing="no header"),
    Call(name="headers-no-timestamp", topic="signing headers", signing="no timestamp"),
    Call(name="headers-no-access-key", topic="signing headers", signing="no access key"),
    Call(name="headers-no-signature", topic="signing headers", signing="no signature"),
    Call(name="path-unknown", topic="other paths and methods", operation="getNothing"),
    Call(name="path-unknown-unsigned", topic="other paths and methods", operation="getNothing", signing="no header"),
    Call(name="method-put", topic="other paths and methods", method="PUT"),
    Call(name="method-patch", topic="other paths and methods", method="PATCH"),
    Call(name="list-at-the-end", topic="the list once more"),
)
"""All of them. The response to the first has the facts that others ask for."""
