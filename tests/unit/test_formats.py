"""XML and JSON, as the contract and the vendor's own readers want them."""

from typing import Any

import pytest
from ncp_mock._contract.document import Contract
from ncp_mock._contract.formats import Renderer, requested_format
from ncp_mock._contract.observed import Style
from ncp_mock._messages import Request
from support.contract import CONTRACT, ROOT
from support.xml_values import xml_value

RENDERER = Renderer(Contract(ROOT / "openapi" / "vserver.yaml"))
SCHEMAS = CONTRACT["components"]["schemas"]


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("", b"", "xml"),
        ("responseFormatType=json", b"", "json"),
        ("responseFormatType=xml", b"", "xml"),
        ("responseFormatType=JSON", b"", "xml"),
        ("responseFormatType=", b"", "xml"),
        ("responseFormatType=j%73on", b"", "json"),
        ("response%46ormatType=json", b"", "json"),
        ("a=b&responseFormatType=json", b"", "json"),
        ("", b"a=b&responseFormatType=json", "json"),
        ("responseFormatType=xml", b"responseFormatType=json", "xml"),
        ("%zz&&&=", b"\xff\xfe\x00", "xml"),
    ],
)
def test_requested_format(query: str, body: bytes, expected: str) -> None:
    assert requested_format(Request("POST", f"/a?{query}", (), body)) == expected


SERVER: dict[str, Any] = {
    "serverInstanceNo": "1",
    "serverName": "<서버> & \"co\" 'x' ]]>",
    "serverDescription": "",
    "cpuCount": 0,
    "isProtectServerTermination": False,
    "networkInterfaceNoList": [],
    "blockDevicePartitionList": [{"mountPoint": "/", "partitionSize": "1"}, {"mountPoint": "/b", "partitionSize": "2"}],
    "eventList": ["a", "b"],
    "isPreInstallGpuDriver": True,
}


def test_xml_reads_back_as_the_value() -> None:
    answer = {"totalRows": 1, "serverInstanceList": [SERVER], "requestId": "r", "returnCode": "0"}

    text = RENDERER.xml({"rebootServerInstancesResponse": answer})

    assert xml_value(text.encode(), SCHEMAS["RebootServerInstancesResponse"]) == answer
    assert "<networkInterfaceNoList></networkInterfaceNoList>" in text
    assert "<serverDescription></serverDescription>" in text
    assert text.index("<requestId>") < text.index("<totalRows>")


def test_null_is_an_empty_element() -> None:
    nothing = dict.fromkeys(SCHEMAS["ServerInstance"]["properties"])
    answer = {"serverInstanceList": [nothing | {"serverInstanceNo": "1"}]}

    text = RENDERER.xml({"rebootServerInstancesResponse": answer})

    for name in nothing:
        assert f"<{name}>{'1' if name == 'serverInstanceNo' else ''}</{name}>\n" in text


def test_characters_that_xml_does_not_have() -> None:
    text = RENDERER.xml({"responseError": {"returnCode": "1", "returnMessage": "a\x00b\x1b\ud800c\t"}})

    assert "<returnMessage>a\ufffdb\ufffd\ufffdc\t</returnMessage>" in text


def test_json_is_utf_8_and_readable() -> None:
    answer = RENDERER.answer(200, {"responseError": {"returnMessage": "서버"}}, "json", {}, Style())

    assert answer.body == '{"responseError": {"returnMessage": "서버"}}'.encode()


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        (("", "", "", "", "", "", ""), '{"responseError":{"returnCode":"1","returnMessage":"{}"}}'),
        (("1", "2", "3", "4", "5", "6", "7"), '1{2"responseError"3:4{"returnCode": "1", "returnMessage": "{}"5}6}7'),
    ],
)
def test_layout_of_json(layout: tuple[str, ...], expected: str) -> None:
    value = {"responseError": {"returnCode": "1", "returnMessage": "{}"}}

    assert RENDERER.answer(400, value, "json", {}, Style(layout=layout)).body.decode() == expected
