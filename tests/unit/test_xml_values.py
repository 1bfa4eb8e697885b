"""The reader of XML answers: it takes what the contract's schema describes, and nothing else."""

from typing import Any

import pytest
from support.contract import CONTRACT, violations
from support.xml_values import XmlValueError, xml_value

SCHEMAS = CONTRACT["components"]["schemas"]
ANSWER = SCHEMAS["RebootServerInstancesResponse"]
ERRORS = CONTRACT["components"]["responses"]["BadRequest"]["content"]["application/xml"]["schema"]
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

DOCUMENT = """<rebootServerInstancesResponse>
  <requestId>1d2d35f9</requestId>
  <returnCode>0</returnCode>
  <returnMessage> a &lt;b&gt; &amp; <![CDATA[<c>]]> 한국&#xC5B4; </returnMessage>
  <totalRows>2</totalRows>
  <serverInstanceList>
    <serverInstance>
      <serverInstanceNo>0123</serverInstanceNo>
      <serverDescription></serverDescription>
      <serverName/>
      <memorySize>8589934592</memorySize>
      <platformType><code>UBD64</code><codeName>Ubuntu</codeName></platformType>
      <isProtectServerTermination>true</isProtectServerTermination>
      <networkInterfaceNoList><networkInterfaceNo>1</networkInterfaceNo>
        <networkInterfaceNo>2</networkInterfaceNo></networkInterfaceNoList>
      <blockDevicePartitionList>
        <blockDevicePartition><mountPoint>/</mountPoint></blockDevicePartition>
      </blockDevicePartitionList>
      <eventList></eventList>
      <isPreInstallGpuDriver>false</isPreInstallGpuDriver>
    </serverInstance>
    <serverInstance/>
  </serverInstanceList>
</rebootServerInstancesResponse>"""

VALUE = {
    "requestId": "1d2d35f9",
    "returnCode": "0",
    "returnMessage": " a <b> & <c> 한국어 ",
    "totalRows": 2,
    "serverInstanceList": [
        {
            "serverInstanceNo": "0123",
            "serverDescription": "",
            "serverName": "",
            "memorySize": 8589934592,
            "platformType": {"code": "UBD64", "codeName": "Ubuntu"},
            "isProtectServerTermination": True,
            "networkInterfaceNoList": ["1", "2"],
            "blockDevicePartitionList": [{"mountPoint": "/"}],
            "eventList": [],
            "isPreInstallGpuDriver": False,
        },
        {},
    ],
}


def read(document: str, schema: dict[str, Any] = ANSWER) -> Any:
    return xml_value((DECLARATION + document).encode(), schema)


def thing(**properties: Any) -> dict[str, Any]:
    """Schema of an element <thing>."""
    return {"type": "object", "xml": {"name": "thing"}, "properties": properties}


def test_answer() -> None:
    assert read(DOCUMENT) == VALUE
    assert violations(ANSWER, VALUE) == []


def test_order_and_layout_mean_nothing() -> None:
    answer = "<rebootServerInstancesResponse>{}</rebootServerInstancesResponse>"
    fields = ["<returnCode>0</returnCode>", "<totalRows>0</totalRows>", "<serverInstanceList/>"]

    values = [read(answer.format(gap.join(order))) for order in (fields, fields[::-1]) for gap in ("", "\r\n\t ")]

    assert values == [{"returnCode": "0", "totalRows": 0, "serverInstanceList": []}] * 4


def test_what_is_missing_stays_missing() -> None:
    assert read("<rebootServerInstancesResponse/>") == {}
    # Whether it had to be there is for the schema to say.
    assert violations(SCHEMAS["ResponseError"], read("<responseError/>", SCHEMAS["ResponseError"]))


def test_root_element_chooses_among_several() -> None:
    business = read("<responseError><returnCode>1</returnCode></responseError>", ERRORS)
    gateway = read("<error><errorCode>200</errorCode><message>m</message></error>", ERRORS)

    assert (business, gateway) == ({"returnCode": "1"}, {"errorCode": "200", "message": "m"})
    with pytest.raises(XmlValueError, match="error/returnCode is not described: there are <errorCode>, <message>"):
        read("<error><returnCode>1</returnCode></error>", ERRORS)
    with pytest.raises(XmlValueError, match="the root element is <rebootServerInstancesResponse>, not <responseError>"):
        read(DOCUMENT, ERRORS)


@pytest.mark.parametrize(
    ("schema", "document", "value"),
    [
        ({"wrapped": True}, "<tags><tag>a</tag><tag>b</tag></tags>", ["a", "b"]),
        ({"wrapped": True, "name": "labels"}, "<labels><tag>a</tag></labels>", ["a"]),
        ({"wrapped": False}, "<tag>a</tag><tag>b</tag>", ["a", "b"]),
        ({}, "<tag>a</tag>", ["a"]),
        ({"name": "of-no-effect-without-wrapped"}, "<tag>a</tag>", ["a"]),
    ],
)
def test_lists_as_openapi_has_them(schema: dict[str, Any], document: str, value: list[str]) -> None:
    tags = {"type": "array", "xml": schema, "items": {"type": "string", "xml": {"name": "tag"}}}

    assert read(f"<thing>{document}</thing>", thing(tags=tags)) == {"tags": value}


@pytest.mark.parametrize("wrapped", [True, False])
def test_items_without_a_name_are_called_as_the_list(wrapped: bool) -> None:
    tags = {"type": "array", "xml": {"wrapped": wrapped}, "items": {"type": "string"}}
    document = "<tags><tags>a</tags></tags>" if wrapped else "<tags>a</tags>"

    assert read(f"<thing>{document}</thing>", thing(tags=tags)) == {"tags": ["a"]}


def test_a_property_with_another_name() -> None:
    schema = thing(size={"allOf": [{"type": "integer"}], "xml": {"name": "groesse"}})

    assert read("<thing><groesse>-3</groesse></thing>", schema) == {"size": -3}
    with pytest.raises(XmlValueError, match="thing/size is not described"):
        read("<thing><size>-3</size></thing>", schema)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("returnCode>", "returncode>", "rebootServerInstancesResponse/returncode is not described"),
        ("<totalRows>2", "<other/><totalRows>2", "Response/other is not described"),
        ("rebootServerInstancesResponse>", "RebootServerInstancesResponse>", "the root element is <Reboot"),
        ("rebootServerInstancesResponse>", "serverInstance>", "the root element is <serverInstance>"),
        ("<totalRows>2", "<totalRows>two", "totalRows is no integer: 'two'"),
        ("<totalRows>2", "<totalRows>2.0", "is no integer"),
        ("<totalRows>2", "<totalRows> 2", "is no integer"),
        ("<totalRows>2", "<totalRows>02", "is no integer"),
        ("<totalRows>2", "<totalRows>-0", "is no integer"),
        ("<totalRows>2", "<totalRows>\uff12", "is no integer"),
        ("<totalRows>2", "<totalRows>", "is no integer: ''"),
        ("<totalRows>2", "<totalRows><code>2</code>", "totalRows has elements in it, where only text belongs"),
        (">true<", ">True<", "is neither true nor false: 'True'"),
        (">true<", "><", "is neither true nor false"),
        ("<code>UBD64</code>", "UBD64", "platformType has text in it, where only elements belong: 'UBD64'"),
        ("<eventList>", "<eventList>text", "eventList has text in it"),
        ("<serverInstance/>", "text", "serverInstanceList has text in it"),
        ("<code>UBD64</code>", "<code><a/></code>", "platformType/code has elements in it, where only text"),
        ("<eventList>", "<eventList><networkInterfaceNo/>", r"networkInterfaceNo is not .* called <event>"),
        ("<serverInstance/>", "<server/>", r"server is not described: the items are called <serverInstance>"),
        ("<code>", "<code>1</code><code>", "platformType/code is there twice"),
        ("<eventList></eventList>", "<eventList/><eventList/>", "eventList is there twice"),
        ("<totalRows>", '<totalRows type="int">', "totalRows has attributes, and none are described: type"),
        ("<rebootServerInstancesResponse>", '<rebootServerInstancesResponse xmlns="urn:x">', "has attributes"),
        ("<totalRows>", "<!-- two --><totalRows>", "something beside elements and text: ' two '"),
        ("<totalRows>", "<?two?><totalRows>", "something beside elements and text: 'two'"),
        ("<totalRows>2</totalRows>", "<totalRows>2", "not well-formed: mismatched tag"),
        ("a &lt;b", "a <b", "not well-formed"),
        ("&amp;", "&", "not well-formed"),
        ("&amp;", "&nbsp;", "not well-formed: undefined entity"),
        ("1d2d35f9", "\x01", "not well-formed"),
        ("</rebootServerInstancesResponse>", "</rebootServerInstancesResponse><a/>", "not well-formed: junk after"),
        ("</rebootServerInstancesResponse>", "", "not well-formed: no element found"),
        (DOCUMENT, "", "not well-formed: no element found"),
        (DOCUMENT, "{}", "not well-formed"),
    ],
)
def test_refused(old: str, new: str, message: str) -> None:
    assert old in DOCUMENT

    with pytest.raises(XmlValueError, match=message):
        read(DOCUMENT.replace(old, new))


@pytest.mark.parametrize(
    ("beginning", "message"),
    [
        ("", "does not begin with an XML declaration but with b'<thing/>'"),
        ("\n" + DECLARATION, "does not begin with an XML declaration"),
        ("\ufeff" + DECLARATION, "does not begin with an XML declaration"),
        ('<?xml version="1.0"?>', "says that the encoding is None"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "says that the encoding is ISO-8859-1, not UTF-8"),
        ('<?xml version="1.0" encoding="EUC-KR"?>', "says that the encoding is EUC-KR, not UTF-8"),
        ('<?xml version="1.0" encoding="UTF-16"?>', "says that the encoding is UTF-16, not UTF-8"),
        ('<?xml version="1.1" encoding="UTF-8"?>', "says version 1.1, not 1.0"),
        ('<?xml encoding="UTF-8"?>', "not well-formed"),
        (DECLARATION + "<!DOCTYPE thing>", "something beside elements and text: 'thing'"),
        (DECLARATION + '<!DOCTYPE thing [<!ENTITY a "a">]>', "something beside elements and text: 'thing'"),
    ],
)
def test_beginning(beginning: str, message: str) -> None:
    with pytest.raises(XmlValueError, match=message):
        xml_value(f"{beginning}<thing/>".encode(), thing())


@pytest.mark.parametrize("encoding", ["euc-kr", "utf-16", "latin-1"])
def test_bytes_that_are_not_in_the_declared_encoding(encoding: str) -> None:
    text = "é" if encoding == "latin-1" else "한"
    document = (DECLARATION + f"<thing><a>{text}</a></thing>").encode(encoding)

    with pytest.raises(XmlValueError, match=r"not well-formed|does not begin with an XML declaration"):
        xml_value(document, thing(a={"type": "string"}))


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "number"}, "is of no kind that is known here"),
        ({}, "is of no kind that is known here"),
        ({"type": "string", "xml": {"attribute": True}}, "the contract says xml.attribute"),
        ({"type": "string", "xml": {"prefix": "p"}}, "the contract says xml.prefix"),
    ],
)
def test_schema_of_an_unknown_kind(schema: dict[str, Any], message: str) -> None:
    # Schemathesis would take a NotImplementedError for a format that it is not meant to read, and pass.
    with pytest.raises(XmlValueError, match=message):
        read("<thing><a>1</a></thing>", thing(a=schema))


def test_root_without_a_name() -> None:
    with pytest.raises(XmlValueError, match="the root element is <thing>, not no elements"):
        read("<thing/>", {"type": "object"})
