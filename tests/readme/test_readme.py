"""Every command and every example of the README, run as a reader would."""

import dataclasses
import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ncp_mock import Mock, NcpMock, Record
from ncp_mock._contract import Contract
from ncp_mock._faults import Faults
from ncp_mock._formats import Renderer
from ncp_mock._mistakes.table import MISTAKES
from support.contract import ROOT
from support.wire import Wire, answer

README = (ROOT / "README.md").read_text(encoding="utf-8")
MOCK_README = (ROOT / "mock" / "README.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
DOCUMENT = Contract(ROOT / "openapi" / "vserver.yaml")
FRONT, FAILURES, ROLLING, GENERATED, SIGNER, LOGGING, PYTEST = (
    code for language, code in BLOCKS if language == "python"
)
COMMANDS = [
    line.removeprefix("$ ").partition("  #")[0].strip()
    for language, code in BLOCKS
    if language == "console"
    for line in code.splitlines()
    if line.startswith("$ ")
]
KEYS = {
    "NCLOUD_ACCESS_KEY_ID": "NCPACCESSKEYEXAMPLE0",
    "NCLOUD_SECRET_ACCESS_KEY": "NCPsecretKeyEXAMPLEfortestsonly0123456789",
}


def run(code: str, gateway: str) -> str:
    environment = os.environ | KEYS | {"NCLOUD_API_GW": gateway}
    process = subprocess.run([sys.executable, "-c", code], env=environment, text=True, capture_output=True)
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_every_block_is_known() -> None:
    assert [language for language, _ in BLOCKS] == [
        "console",  # make
        "python",  # the front
        "python",  # when it fails
        "python",  # one after the other
        "console",  # the command
        "python",  # the generated client
        "python",  # the signer
        "python",  # logging
        "console",  # make mock
        "python",  # pytest
        "console",  # a wrong signature
        "console",  # a known answer
    ]
    assert len(COMMANDS) == 13


def test_front(ncp_mock: NcpMock) -> None:
    assert run(FRONT, ncp_mock.url) == "123458773 running\n"


def test_front_when_it_fails() -> None:
    with Wire([answer(503, '{"error": {"errorCode": "500", "message": "Endpoint Error", "details": ""}}')]) as wire:
        output = run(FRONT, wire.url)

    assert output == (
        "the request failed on the way or in the service (HTTP 503 code 500 “Endpoint Error”). unknown: 123458773\n"
    )


def test_failures(ncp_mock: NcpMock) -> None:
    ncp_mock.hold_reboots()
    # An answer that is lost, and keys that are wrong.
    ncp_mock.fail_next("resetAfter")
    assert run(FAILURES, ncp_mock.url) == "under way: 123458773, 123458774\n"

    ncp_mock.reset()
    ncp_mock.fail_next("authenticationFailed")
    output = run(FAILURES, ncp_mock.url)
    assert "string to sign:  GET /vserver/v2/rebootServerInstances?" in output
    assert "What to check:" in output


def test_one_after_the_other(ncp_mock: NcpMock) -> None:
    assert run(ROLLING, ncp_mock.url) == "back: 123458773, 123458774\n"


def test_logging(ncp_mock: NcpMock) -> None:
    code = LOGGING + FRONT.replace("wait=600", "wait=False")
    environment = os.environ | ncp_mock.environment
    process = subprocess.run([sys.executable, "-c", code], env=environment, text=True, capture_output=True)

    assert "DEBUG:ncp_vserver:GET /vserver/v2/rebootServerInstances: success, HTTP 200, " in process.stderr
    assert ncp_mock.access_key not in process.stderr
    assert ncp_mock.secret_key not in process.stderr


def test_generated_client(ncp_mock: NcpMock) -> None:
    output = run(GENERATED, ncp_mock.url)

    assert output.startswith("200 RebootServerInstancesEnvelope(")
    assert "server_instance_no='123458773'" in output


def test_signer_alone() -> None:
    with Wire([answer(200, '{"getRegionListResponse": {}}')]) as wire:
        assert run(SIGNER, wire.url) == '200 {"getRegionListResponse": {}}\n'

    [received] = wire.requests
    assert received.target == "/vserver/v2/getRegionList?responseFormatType=json"
    assert received.header("x-ncp-iam-access-key") == [KEYS["NCLOUD_ACCESS_KEY_ID"]]


def test_fixture(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(PYTEST)
    slow_to_import = ["-p", "no:schemathesis", "-p", "no:hypothesispytest"]
    command = [sys.executable, "-m", "pytest", "-q", f"--rootdir={tmp_path}", *slow_to_import, str(tmp_path)]
    process = subprocess.run(command, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    assert process.returncode == 0, process.stdout
    assert "2 passed" in process.stdout


def test_examples_of_the_mocks_page(tmp_path: Path) -> None:
    examples: list[str] = re.findall(r"^```python\n(.*?)^```$", MOCK_README, re.MULTILINE | re.DOTALL)
    with_options = [example for example in examples if "ncp_mock_options" in example]
    pages = {"test_plain.py": "\n".join(example for example in examples if example not in with_options)}
    pages["test_options.py"] = (
        "\n".join(with_options) + "\n\ndef test_options(ncp_mock):\n    assert len(ncp_mock.servers) == 2\n"
    )
    for name, page in pages.items():
        (tmp_path / name).write_text(page)
    command = [sys.executable, "-m", "pytest", "-q", f"--rootdir={tmp_path}", "-p", "no:cacheprovider"]
    outputs = [subprocess.run([*command, tmp_path / name], capture_output=True, text=True).stdout for name in pages]

    assert [re.findall(r"\d+ \w+ in", output) for output in outputs] == [["3 passed in"], ["1 passed in"]], outputs


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Options", list(inspect.signature(Mock).parameters)),
        ("Records", [field.name for field in dataclasses.fields(Record)]),
    ],
)
def test_mocks_page_names_every_one(heading: str, names: list[str]) -> None:
    [section] = re.findall(rf"### {heading}\n.*?\n##", MOCK_README, re.DOTALL)

    rows = re.findall(r"^\|(.*?)\|", section, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(row for row in rows if "a `Record`" not in row))) == sorted(names)


def test_make_targets_exist() -> None:
    targets = {command.split()[1] for command in COMMANDS if command.startswith("make")}
    shown = subprocess.run(["make", "help"], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True).stdout

    assert targets == {"demo", "test", "mock"}
    assert targets <= set(re.findall(r"^  (\S+)", shown, re.MULTILINE))
    mock = subprocess.run(["make", "-n", "mock"], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True).stdout
    assert "-m ncp_mock --port 4010" in mock


def test_demo() -> None:
    demo = [sys.executable, str(ROOT / "examples" / "demo.py")]
    output = subprocess.run(demo, text=True, stdout=subprocess.PIPE, check=True).stdout

    outcomes = re.findall(r"^(\d+) +shop-\S+ +KR-1 +\w+ +(back|failed)$", output, re.MULTILINE)
    first = ["123458777", "123458773", "123458774", "123458775", "123458776"]
    second = [("123458777", "back"), ("123458773", "back"), ("123458774", "failed")]
    assert outcomes == [(number, "back") for number in first] + second
    assert "clock       agrees with the gateway's" in output
    assert "The exit code is 7: a restart failed." in output


def test_exports_are_what_the_front_reads(ncp_mock: NcpMock) -> None:
    [export] = [command for command in COMMANDS if command.startswith("export ")]
    assert export.startswith("export NCLOUD_API_GW=http://127.0.0.1:4010 ")
    code = FRONT.replace("wait=600", "wait=False")
    command = f"{export}; NCLOUD_API_GW={ncp_mock.url} {sys.executable} -c {shlex.quote(code)}"

    output = subprocess.run(["bash", "-c", command], text=True, stdout=subprocess.PIPE, check=True).stdout

    assert output == "123458773 rebooting\n"


needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None and not os.environ.get("CI"), reason="openssl is not on the PATH"
)


@needs_openssl
@pytest.mark.parametrize("program", ["curl", "printf"])
def test_openssl_example(ncp_mock: NcpMock, program: str) -> None:
    [block] = [code for language, code in BLOCKS if language == "console" and f"\n$ {program}" in f"\n{code}"]
    *commands, expected = block.splitlines()
    script = "\n".join(command.removeprefix("$ ") for command in commands)

    environment = os.environ | ncp_mock.environment
    process = subprocess.run(["bash", "-c", script], text=True, stdout=subprocess.PIPE, check=True, env=environment)

    assert process.stdout.strip() == expected


@pytest.mark.parametrize("file", ["README.md", "CHANGELOG.md", "mock/README.md"])
def test_number_of_mistakes(file: str) -> None:
    numbers = set(re.findall(r"\b(\d+)(?: mistakes|, from `seconds)", (ROOT / file).read_text(encoding="utf-8")))

    assert numbers == {str(len(MISTAKES))}


def test_every_fault_is_named() -> None:
    text = (ROOT / "mock" / "README.md").read_text(encoding="utf-8")
    [table] = re.findall(r"## Failures on demand.*?\n## ", text, re.DOTALL)

    named = set(re.findall(r"^\|.*$", table, re.MULTILINE))
    names = {name for row in named for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}
    assert names == set(Faults(DOCUMENT, Renderer(DOCUMENT)).names)


def test_command_of_the_mocks_readme(ncp_mock: NcpMock) -> None:
    text = (ROOT / "mock" / "README.md").read_text(encoding="utf-8")
    [(command, expected)] = re.findall(r"^\$ (curl .*)\n(.*)$", text, re.MULTILINE)

    environment = os.environ | ncp_mock.environment
    process = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, env=environment)

    assert process.stdout == expected


@pytest.mark.parametrize(
    "file", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "mock/README.md", "openapi/decisions.md"]
)
def test_links_within_the_project(file: str) -> None:
    page = ROOT / file
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []
