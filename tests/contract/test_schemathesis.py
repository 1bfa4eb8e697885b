"""Schemathesis over every operation, against the mock as a whole, with nothing left out and nothing put up with.

The mock is made from the same contract, so this tests the contract and the mock: not the service, and not the clients.
"""

import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ncp_mock import Mock, NcpMock
from support.contract import ROOT, operations
from support.wire import Received, Wire, accept, answer

HERE = Path(__file__).parent
LABELS = {f"{method.upper()} {path}" for method, path, _ in operations()}
GET = {label for label in LABELS if label.startswith("GET")}
POST = LABELS - GET
JSON, XML = "application/json;charset=UTF-8", "application/xml;charset=UTF-8"
KEYS = {"NCLOUD_ACCESS_KEY_ID": "key", "NCLOUD_SECRET_ACCESS_KEY": "secret"}

# Every check that Schemathesis has, and the one of the hooks.
CHECKS = {
    "allow_header_conformance",
    "answered_as_it_has_to_be",
    "content_type_conformance",
    "ensure_resource_availability",
    "ignored_auth",
    "max_response_time",
    "missing_required_header",
    "negative_data_rejection",
    "not_a_server_error",
    "object_level_authorization",
    "positive_data_acceptance",
    "response_headers_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
    "use_after_free",
}


@dataclass(frozen=True)
class Sent:
    """One request of a run, and what was made of its answer."""

    operation: str
    method: str
    status: int
    content_type: str
    checks: frozenset[str]
    """Empty for a request that a check sent by itself."""


@dataclass(frozen=True)
class Run:
    """A run of Schemathesis."""

    code: int
    output: str
    report: dict[str, Any]
    sent: list[Sent]

    @property
    def failures(self) -> dict[str, set[str]]:
        """Operations by the kind of failure that was found in them."""
        return {failure["type"]: set(failure["operations"]) for failure in self.report["failures"]}


Runner = Callable[..., Run]


@pytest.fixture
def schemathesis(tmp_path: Path, pytestconfig: pytest.Config) -> Runner:
    """Runs Schemathesis as CONTRIBUTING says, and reads its reports."""
    assert pytestconfig.cache is not None
    # Nothing of a run is kept there, but tables that Hypothesis would else compute for seconds in each.
    storage = str(pytestconfig.cache.mkdir("hypothesis"))

    def run(url: str, keys: dict[str, str], *options: str) -> Run:
        report, events = tmp_path / "report.json", tmp_path / "events.ndjson"
        command = [str(Path(sys.executable).with_name("schemathesis")), "run", str(ROOT / "openapi" / "vserver.yaml")]
        command += ["--url", url, "--no-color", "--report", "json,ndjson", f"--report-json-path={report}"]
        command += [f"--report-ndjson-path={events}", *options]
        environment = os.environ | {"HYPOTHESIS_STORAGE_DIRECTORY": storage} | keys
        process = subprocess.run(
            command, cwd=HERE, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert report.exists(), process.stdout
        document = json.loads(report.read_text(encoding="utf-8"))
        return Run(process.returncode, process.stdout, document, list(_sent(events)))

    return run


def _sent(events: Path) -> Iterator[Sent]:
    for line in events.read_text(encoding="utf-8").splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {"interactions": {}})
        for case, interaction in recorder["interactions"].items():
            response = interaction["response"]
            yield Sent(
                recorder["label"],
                interaction["request"]["method"],
                response["status_code"],
                response["headers"]["content-type"][0],
                frozenset(check["name"] for check in recorder["checks"].get(case, ())),
            )


@pytest.fixture(scope="module")
def strict_mock() -> Iterator[NcpMock]:
    """Verifies signatures, with the servers that the hooks know."""
    with Mock(fleet=HERE / "fleet.yaml") as mock:
        yield mock


def test_no_finding_and_nothing_left_out(schemathesis: Runner, strict_mock: NcpMock) -> None:
    run = schemathesis(strict_mock.url, strict_mock.environment)

    assert run.code == 0, run.output
    report = run.report
    assert (report["failures"], report["errors"], report["baseline"], report["filtered"]) == ([], [], None, 0)
    assert not any(report["warnings"].values()), report["warnings"]

    # Exit code 0 is not enough: a run that looks at nothing, or in which everything is refused, has it as well.
    counted = ("total", "selected", "tested", "errored", "skipped")
    assert [report["operations"][name] for name in counted] == [len(LABELS)] * 3 + [0, 0]
    assert {name: (phase["status"], phase["skip_reason"]) for name, phase in report["phases"].items()} == {
        "examples": ("success", None),
        "coverage": ("success", None),
        "fuzzing": ("success", None),
        "stateful": ("skip", "not_applicable"),  # it follows links, and the contract has none
    }
    checked = [sent for sent in run.sent if sent.checks]
    assert {sent.status for sent in checked} == {200, 400, 405}
    assert {sent.operation for sent in checked} == LABELS
    for label in LABELS:
        answers = [sent for sent in checked if sent.operation == label]
        assert frozenset[str]().union(*(sent.checks for sent in answers)) == CHECKS
        accepted = Counter(sent.content_type for sent in answers if sent.status == 200)
        assert set(accepted) == {JSON, XML}
        assert min(accepted.values()) >= 3, accepted
        assert accepted.total() >= 20
        assert sum(sent.status == 400 for sent in answers) >= 10
    # What is not checked is what ignored_auth sends by itself: per operation, without keys and with one of three wrong.
    unchecked = Counter((sent.operation, sent.status) for sent in run.sent if not sent.checks)
    assert unchecked == {(label, 401): 4 for label in LABELS}
    assert report["test_cases"]["without_checks"] == unchecked.total()


def test_finds_that_everything_is_accepted(schemathesis: Runner) -> None:
    with Wire([accept]) as wire:
        run = schemathesis(
            wire.url, KEYS, "--phases", "coverage", "--include-path", "/vserver/v2/getServerInstanceDetail"
        )

    assert run.code == 1
    for kind in ("AcceptedNegativeData", "CustomFailure", "IgnoredAuth"):
        assert run.failures[kind] == {label for label in LABELS if label.endswith("Detail")}, kind
    assert "answered with 200, and 400 is due" in run.output


def test_finds_xml_that_is_not_as_described(schemathesis: Runner) -> None:
    # Both are well-formed. The second can be read, but lacks a field that the schema demands.
    unknown_element = "<{0}Response><total>1</total></{0}Response>"
    missing_field = "<responseError><returnCode>800</returnCode></responseError>"

    def reply(connection: socket.socket, received: Received) -> None:
        status, body = (200, unknown_element) if received.method == "GET" else (400, missing_field)
        document = f'<?xml version="1.0" encoding="UTF-8"?>{body.format(received.operation)}'
        answer(status, document, XML)(connection, received)

    with Wire([reply]) as wire:
        run = schemathesis(wire.url, KEYS, "--phases", "examples")

    assert run.code == 1
    assert run.failures == {
        "ContentDeserializationError": GET,
        "CustomFailure": LABELS,  # the examples ask for JSON, and for what is not to be refused
        "IgnoredAuth": GET,
        "JsonSchemaError": POST,
        "RejectedPositiveData": POST,
    }
    assert "rebootServerInstancesResponse/total is not described" in run.output
    assert "returnMessage" in run.output
    assert run.output.count("answered with 400, and 200 is due") == len(POST)
