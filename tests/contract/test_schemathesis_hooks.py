"""What the hooks of the Schemathesis run do to generated data, and what they find wrong with an answer."""

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from ncp_signer import CredentialsError
from support.contract import CONTRACT

HERE = Path(__file__).parent
PATH = "/vserver/v2/rebootServerInstances"
LIST = "/vserver/v2/getServerInstanceList"
DETAIL = "/vserver/v2/getServerInstanceDetail"
START = "/vserver/v2/startServerInstances"
GET = CONTRACT["paths"][PATH]["get"]
KEYS = {"NCLOUD_ACCESS_KEY_ID": "key", "NCLOUD_SECRET_ACCESS_KEY": "secret"}

XML = "application/xml;charset=UTF-8"
A, B, C = "123458773", "123458774", "123458775"  # servers of the default fleet
# What no server instance number is.
WRONG: list[Any] = ["", " ", "x", "-1", "1.0", "1 ", "1\n", "\uff11", 1, 1.5, True, [], ["1"], [A, A], ["1", {}], {}]


def load(keys: Mapping[str, str]) -> ModuleType:
    specification = importlib.util.spec_from_file_location("schemathesis_hooks", HERE / "schemathesis_hooks.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path])
        for name, value in keys.items():
            patch.setenv(name, value)
        specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    return load(KEYS)


def test_they_need_keys() -> None:
    # A run without them would be refused everything, and could pass for one that found nothing.
    with pytest.raises(CredentialsError, match="neither NCLOUD_ACCESS_KEY_ID nor NCLOUD_ACCESS_KEY is set"):
        load({})


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

    fitted = hooks.fit_to_fleet(given, GET)

    assert given == before
    numbers = [value for name, value in fitted.items() if name.startswith("server")]
    assert {name for name in fitted if name.startswith("server")} == set(numbered(*numbers))
    assert len(numbers) == len(set(numbers))
    assert set(numbers) <= {str(number) for number in range(123458773, 123458793)}
    assert given.keys() <= fitted.keys()
    assert fitted.get("regionCode", "KR") == "KR"
    assert fitted.get("responseFormatType") == given.get("responseFormatType")
    assert hooks.fit_to_fleet(fitted, GET) == fitted


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

    assert hooks.fit_to_fleet(given, GET) == before


def test_around_what_is_wrong_the_rest_is_made_to_fit(hooks: ModuleType) -> None:
    fitted = hooks.fit_to_fleet({**numbered("1", None, "x", None, [A, A]), "regionCode": "XX", "other": ""}, GET)

    right = [fitted.pop(f"serverInstanceNoList.{n}") for n in (1, 2, 4)]
    assert fitted == {**numbered(None, None, "x", None, [A, A]), "regionCode": "KR", "other": ""}
    assert len({*right, A}) == 4


def test_more_numbers_than_the_fleet_has(hooks: ModuleType) -> None:
    everything = [str(number) for number in range(123458773, 123458793)]

    assert hooks.fit_to_fleet(numbered("1", everything), GET) == numbered("1", everything)


def test_numbers_fit_the_operation(hooks: ModuleType) -> None:
    stopped = [str(number) for number in range(123458873, 123458893)]

    for method in ("get", "post"):
        start = hooks.fit_to_fleet(numbered("1", A), CONTRACT["paths"][START][method])
        assert set(start.values()) <= set(stopped)
        assert hooks.fit_to_fleet(numbered(stopped[0]), CONTRACT["paths"][START][method]) == numbered(stopped[0])
        detail = hooks.fit_to_fleet({"serverInstanceNo": "7"}, CONTRACT["paths"][DETAIL][method])
        assert detail["serverInstanceNo"] in [*stopped, A, B, C, *map(str, range(123458776, 123458793))]


def test_lists_of_a_read_are_made_gapless(hooks: ModuleType) -> None:
    given = {"placementGroupNoList.3": "x", "serverInstanceNoList.2": A, "hypervisorTypeCodeList.9": "?"}

    fitted = hooks.fit_to_fleet(given, CONTRACT["paths"][LIST]["get"])

    assert {name for name in fitted if name.startswith("placement")} == {f"placementGroupNoList.{n}" for n in (1, 2, 3)}
    assert fitted["placementGroupNoList.3"] == "x"
    assert fitted["serverInstanceNoList.2"] == A
    assert len(fitted) == 6


def test_page_gets_its_size_in_a_query_only(hooks: ModuleType) -> None:
    # Of a form, the contract itself demands it: a form without is wrong, and stays wrong.
    path = CONTRACT["paths"][LIST]

    assert hooks.fit_to_fleet({"pageNo": 2}, path["get"]) == {"pageNo": 2, "pageSize": 10}
    assert hooks.fit_to_fleet({"pageNo": 2, "pageSize": 0}, path["get"]) == {"pageNo": 2, "pageSize": 0}
    assert hooks.fit_to_fleet({"pageNo": 2}, path["post"]) == {"pageNo": 2}


@pytest.mark.parametrize(
    ("path", "parameters", "status"),
    [
        (LIST, "", 200),
        (LIST, f"serverInstanceNoList.1={A}&serverInstanceNoList.2={A}", 200),
        (LIST, "serverInstanceNoList.1=1&regionCode=JPN&serverName=x&ip=1", 200),
        (LIST, "pageNo=0&pageSize=1000&sortedBy=x&sortingOrder=y", 200),
        (LIST, "pageSize=1", 200),
        (LIST, "pageNo=1", 400),
        (LIST, "pageNo=1&pageSize=0", 400),
        (LIST, "pageNo=-1&pageSize=1", 400),
        (LIST, "pageNo=1&pageSize=1001", 400),
        (LIST, "pageNo=1.0&pageSize=1", 400),
        (LIST, "pageNo=01&pageSize=1", 400),
        (LIST, "pageNo=-0&pageSize=1", 400),
        (LIST, "pageNo=1&pageSize=1e1", 400),
        (LIST, "placementGroupNoList.2=1", 400),
        (LIST, "hypervisorTypeCodeList.3=1", 400),
        (LIST, "serverInstanceNo=1", 400),
        (DETAIL, f"serverInstanceNo={A}", 200),
        (DETAIL, "serverInstanceNo=1", 400),
        (DETAIL, f"serverInstanceNo={A}&regionCode=JPN", 400),
        (DETAIL, "", 400),
        (START, f"serverInstanceNoList.1={A}", 400),
        (START, "serverInstanceNoList.1=123458873", 200),
        (PATH, "serverInstanceNoList.1=123458873", 400),
    ],
)
def test_answer_due_to_other_operations(hooks: ModuleType, path: str, parameters: str, status: int) -> None:
    assert hooks.answer_due("GET", f"{path}?{parameters}", "", "") == (status, {"application/xml"})
    assert hooks.answer_due("POST", path, FORM, parameters) == (status, {"application/xml"})


def test_form_may_be_left_out_where_nothing_is_required(hooks: ModuleType) -> None:
    assert hooks.answer_due("POST", LIST, "", "") == (200, {"application/xml"})
    assert hooks.answer_due("POST", LIST, "", "pageSize=1") == (400, {"application/xml"})
    assert hooks.answer_due("POST", DETAIL, "", "") == (400, {"application/xml"})


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
