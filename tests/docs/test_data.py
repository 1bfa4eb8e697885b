"""The data on the pages means something to the program that reads it."""

import os
import re
import shutil
import socket
import sys
from pathlib import Path

import pytest
import yaml
from ncp_mock import NcpMock
from ncp_mock._contract.document import Contract
from ncp_mock._fleet.file import read_fleet
from ncp_signer import Credentials
from ncp_vserver import Client
from support.command_lines import check, commands
from support.contract import ROOT
from support.pages import CREDENTIALS, FLEETS, SERVICES, WORKFLOWS, Block, blocks

KEYS_OF_A_JOB = {"concurrency", "env", "environment", "needs", "permissions", "runs-on", "steps", "timeout-minutes"}
KEYS_OF_A_STEP = {"env", "if", "name", "run", "uses", "with"}
PROGRAMS = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("block", CREDENTIALS, ids=str)
def test_every_profile_has_its_keys(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "configure"
    file.write_text(block.code, encoding="utf-8")
    profiles = re.findall(r"^\[(.+)\]$", block.code, re.MULTILINE)

    assert all(Credentials.from_file(file, profile).api_url for profile in profiles)


@pytest.mark.parametrize("block", FLEETS, ids=str)
def test_mock_knows_every_server_of_a_fleet(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    file.write_text(block.code, encoding="utf-8")

    assert len(read_fleet(Contract(ROOT / "openapi" / "vserver.yaml"), file)) == len(yaml.safe_load(block.code))


@pytest.fixture(scope="module")
def versions() -> dict[str, str]:
    """The actions of the project's own workflows, which run."""
    files = (ROOT / ".github" / "workflows").glob("*.yml")
    return dict(re.findall(r"uses: (\S+)@(\S+)", "".join(file.read_text(encoding="utf-8") for file in files)))


@pytest.mark.parametrize("block", WORKFLOWS, ids=str)
def test_steps_of_a_workflow_can_be_taken(block: Block, versions: dict[str, str]) -> None:
    for job in yaml.safe_load(block.code)["jobs"].values():
        assert {"runs-on", "steps"} <= job.keys() <= KEYS_OF_A_JOB
        for step in job["steps"]:
            assert step.keys() <= KEYS_OF_A_STEP
            assert len(step.keys() & {"run", "uses"}) == 1
            if "uses" in step:
                action, _, version = step["uses"].partition("@")
                assert version == versions.get(action, version)
                assert re.fullmatch(r"v\d+", version)
            for command in commands(step.get("run", "")):
                assert shutil.which(command[0], path=PROGRAMS), command
                check(command)
    for file in re.findall(r"hashFiles\('ncp-vserver/(.*)'\)", block.code):
        assert (ROOT / file).is_file()


@pytest.mark.parametrize("block", SERVICES, ids=str)
def test_client_in_a_container_reaches_the_mock_in_another(
    block: Block, ncp_mock: NcpMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    [port] = re.findall(r"command: ncp-mock --host 0\.0\.0\.0 --port (\d+)$", block.code, re.MULTILINE)
    [services] = yaml.safe_load(block.code.replace(f":{port}", f":{ncp_mock.url.rpartition(':')[2]}")).values()
    [host] = services["tests"]["depends_on"]
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda name, *rest, **more: resolve(name.replace(host, "127.0.0.1"), *rest, **more)
    )
    for variable in services["tests"]["environment"].items():
        monkeypatch.setenv(*variable)
    [script] = [block for block in blocks() if block.language == "python" and "INSECURE_TEST_HOSTS" in block.code]
    names: dict[str, Client] = {}

    exec(compile(script.code, str(script), "exec"), names)  # noqa: S102 - written in our own pages

    with names["client"] as client:
        assert [*client.servers()]
    *python, code = services[host]["healthcheck"]["test"]
    assert python == ["CMD", "python3", "-c"]
    exec(code)  # noqa: S102 - written in our own pages
    assert len(ncp_mock.requests) == 1
