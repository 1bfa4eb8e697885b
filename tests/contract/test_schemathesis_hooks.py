"""What the hooks of the Schemathesis run do to generated data, and what they find wrong with an answer."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

HERE = Path(__file__).parent
PATH = "/vserver/v2/rebootServerInstances"
KEYS = {"NCLOUD_ACCESS_KEY_ID": "key", "NCLOUD_SECRET_ACCESS_KEY": "secret"}

XML = "application/xml;charset=UTF-8"
A, B, C = "123458773", "123458774", "123458775"  # servers of the default fleet
# What no server instance number is.
WRONG: list[Any] = ["", " ", "x", "-1", "1.0", "1 ", "1\n", "\uff11", 1, 1.5, True, [], ["1"], [A, A], ["1", {}], {}]


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    specification = importlib.util.spec_from_file_location("schemathesis_hooks", HERE / "schemathesis_hooks.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path])
        for name, value in KEYS.items():
            patch.setenv(name, value)
        specification.loader.exec_module(module)
    return module


def numbered(*values: Any) -> dict[str, Any]:
    """Values as serverInstanceNoList.1, .2 and so on; None leaves a gap."""
    return {f"serverInstanceNoList.{n}": value for n, value in enumerate(values, start=1) if value is not None}


@pytest.mark.parametrize(
    "given",
    [
        numbered("1"),
        numbered("0", "0", "0"),
        numbered(A, A),
        numbered("7", None, None, None, "7"),
        numbered(*["9" * 5000] * 20),
        numbered("1", *[None] * 18, "1"),
        numbered("1", B, None, A),
        dict(reversed(numbered("3", "2", "1").items())),
        {**numbered("1"), "regionCode": "\x00", "responseFormatType": "xml"},
    ],
)
def test_valid_data_is_made_to_fit_the_fleet(hooks: ModuleType, given: dict[str, Any]) -> None:
    before = dict(given)

    fitted = hooks.fit_to_fleet(given)

    assert given == before
    numbers = [value for name, value in fitted.items() if name.startswith("server")]
    assert {name for name in fitted if name.startswith("server")} == set(numbered(*numbers))
    assert len(numbers) == len(set(numbers))
    assert set(numbers) <= {str(number) for number in range(123458773, 123458793)}
    assert given.keys() <= fitted.keys()
    assert fitted.get("regionCode", "KR") == "KR"
    assert fitted.get("responseFormatType") == given.get("responseFormatType")
    assert hooks.fit_to_fleet(fitted) == fitted


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"regionCode": "XX", "responseFormatType": "json"},
        numbered(None, "1", "1"),
        {**numbered(None, "1"), "regionCode": "XX"},
        numbered(A, C, B),
        *(numbered(wrong) for wrong in WRONG),
        *(numbered(A, wrong, C) for wrong in WRONG),
        {**numbered(A), "serverInstanceNoList.0": "1"},
        {**numbered(A), "serverInstanceNoList.21": "1", "serverInstanceNoList.01": "1", "serverInstanceNoList": "1"},
        {**numbered(A), "serverinstancenolist.2": "1", "other": "1"},
        *({**numbered(A), "regionCode": wrong} for wrong in WRONG if wrong == "" or not isinstance(wrong, str)),
        *({**numbered(A), "responseFormatType": wrong} for wrong in WRONG),
    ],
)
def test_what_is_wrong_stays_as_it_is(hooks: ModuleType, given: dict[str, Any]) -> None:
    before = dict(given)

    assert hooks.fit_to_fleet(given) == before


def test_around_what_is_wrong_the_rest_is_made_to_fit(hooks: ModuleType) -> None:
    fitted = hooks.fit_to_fleet({**numbered("1", None, "x", None, [A, A]), "regionCode": "XX", "other": ""})

    right = [fitted.pop(f"serverInstanceNoList.{n}") for n in (1, 2, 4)]
    assert fitted == {**numbered(None, None, "x", None, [A, A]), "regionCode": "KR", "other": ""}
    assert len({*right, A}) == 4


def test_more_numbers_than_the_fleet_has(hooks: ModuleType) -> None:
    everything = [str(number) for number in range(123458773, 123458793)]

    assert hooks.fit_to_fleet(numbered("1", everything)) == numbered("1", everything)


ERROR = b'<?xml version="1.0" encoding="UTF-8"?><error><errorCode>100</errorCode><message>m</message></error>'


@pytest.mark.parametrize("status", [400, 401, 418])
@pytest.mark.parametrize("method", ["get", "post"])
def test_xml_is_read(hooks: ModuleType, method: str, status: int) -> None:
    context = SimpleNamespace(operation=SimpleNamespace(path=PATH, method=method))

    for content_type in (XML, "application/xml; charset=utf-8"):
        response = SimpleNamespace(status_code=status, headers={"content-type": [content_type]}, content=ERROR)
        assert hooks.read_xml(context, response) == {"errorCode": "100", "message": "m"}


@pytest.mark.parametrize(
    ("status", "content_type", "message"),
    [
        (200, XML, "the root element is <error>, not <rebootServerInstancesResponse>"),
        (400, "application/xml", "the content type is application/xml, not application/xml in UTF-8"),
        (400, "application/xml;charset=EUC-KR", "the content type is application/xml;charset=EUC-KR"),
    ],
)
def test_xml_is_refused(hooks: ModuleType, status: int, content_type: str, message: str) -> None:
    context = SimpleNamespace(operation=SimpleNamespace(path=PATH, method="get"))
    response = SimpleNamespace(status_code=status, headers={"content-type": [content_type]}, content=ERROR)

    with pytest.raises(ValueError, match=message):
        hooks.read_xml(context, response)


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("parameters", "status", "formats"),
    [
        (f"serverInstanceNoList.1={A}", 200, "xml"),
        (f"serverInstanceNoList.2={A}&serverInstanceNoList.1={B}&regionCode=KR", 200, "xml"),
        (f"serverInstanceNoList.1={A}&responseFormatType=xml", 200, "xml"),
        (f"serverInstanceNoList.1={A}&responseFormatType=json", 200, "json"),
        (f"serverInstanceNoList%2E1=%31{A[1:]}&responseFormatType=js%6Fn", 200, "json"),
        ("", 400, "xml"),
        ("responseFormatType=json", 400, "json"),
        (f"serverInstanceNoList.1={A}&responseFormatType=yaml", 400, "xml"),
        (f"serverInstanceNoList.1={A}&responseFormatType=json&responseFormatType=json", 400, "json"),
        (f"serverInstanceNoList.1={A}&responseFormatType=json&responseFormatType=xml", 400, "json xml"),
        (f"serverInstanceNoList.2={A}", 400, "xml"),
        (f"serverInstanceNoList.1={A}&serverInstanceNoList.3={B}", 400, "xml"),
        (f"serverInstanceNoList.1={A}&serverInstanceNoList.2={A}", 400, "xml"),
        (f"serverInstanceNoList.1={A}&serverInstanceNoList.1={A}", 400, "xml"),
        (f"serverInstanceNoList.1={A}&serverInstanceNoList.2=", 400, "xml"),
        (f"serverInstanceNoList.1={A}&serverInstanceNoList.17=true", 400, "xml"),
        (f"serverInstanceNoList.1={A}%0A", 400, "xml"),
        ("serverInstanceNoList.1=1", 400, "xml"),
        (f"serverInstanceNoList.1={A}&regionCode=", 400, "xml"),
        (f"serverInstanceNoList.1={A}&regionCode=JPN", 400, "xml"),
        (f"serverInstanceNoList.1={A}&regionCode=KR&regionCode=KR", 400, "xml"),
        (f"serverInstanceNoList.1={A}&other=1", 400, "xml"),
        (f"serverInstanceNoList.1={A}&other", 400, "xml"),
        (f"serverInstanceNoList.1={A}&serverInstanceNoList.21={B}", 400, "xml"),
    ],
)
def test_answer_due(hooks: ModuleType, parameters: str, status: int, formats: str) -> None:
    due = status, {f"application/{each}" for each in formats.split()}

    assert hooks.answer_due("GET", f"{PATH}?{parameters}", "", "") == due
    assert hooks.answer_due("GET", f"{PATH}?{parameters}", "text/plain", "") == due
    assert hooks.answer_due("POST", PATH, FORM, parameters) == due
    assert hooks.answer_due("POST", PATH, "text/plain", parameters) == (400, due[1])
    assert hooks.answer_due("PUT", f"{PATH}?{parameters}", "", "") == (405, due[1])
