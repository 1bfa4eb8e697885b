"""How much work a call is: counted, since a time says little on a busy machine."""

import os
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import ncp_vserver
import ncp_vserver_api
import pytest
from ncp_vserver import Client
from support.calls import CREDENTIALS
from support.wire import reboot_answer

OURS = tuple(str(Path(str(package.__file__)).parent) for package in (ncp_vserver, ncp_vserver_api))


def accept(request: httpx.Request) -> httpx.Response:
    numbers = [value for name, value in request.url.params.items() if name.startswith("serverInstanceNoList.")]
    return httpx.Response(200, text=reboot_answer(numbers))


def work(servers: int) -> int:
    """The instructions of our own that a restart of so many servers takes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    with Client(CREDENTIALS, transport=httpx.MockTransport(accept)) as client:
        client.reboot("1")  # imports what it needs
        sys.settrace(trace)
        client.reboot(range(1, servers + 1))
        sys.settrace(None)
    return count


@pytest.mark.parametrize("servers", [5, 20], ids=["within a request", "over requests"])
def test_each_server_is_as_much_work_as_the_one_before(servers: int) -> None:
    """Counted in a process of its own: what measures branches here has instructions too."""
    command = [sys.executable, __file__, *(str(times * servers) for times in (1, 2, 4))]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    output = subprocess.run(command, env=environment, check=True, text=True, stdout=subprocess.PIPE).stdout
    once, twice, four_times = map(int, output.split())

    assert once > 0
    assert four_times - twice == pytest.approx(2 * (twice - once), rel=0.02)


def test_process_imports_only_the_models_that_it_needs() -> None:
    script = """
import sys, ncp_signer, ncp_vserver
client = ncp_vserver.Client(ncp_signer.Credentials("KEY", "secret"), base_url="http://127.0.0.1:1", retries=0)
try:
    client.reboot("1")
except ncp_vserver.NotSentError:
    print(*sorted(name.removeprefix("ncp_vserver_api.") for name in sys.modules if name.startswith("ncp_vserver_api.")))
"""

    output = subprocess.run([sys.executable, "-c", script], check=True, text=True, stdout=subprocess.PIPE).stdout

    assert output.split() == [
        "api",
        "api.server",
        "api.server.reboot_server_instances",
        "errors",
        "models",
        "models.block_device_partition",
        "models.common_code",
        "models.server_instance",
        "types",
    ]


if __name__ == "__main__":
    sys.stdout.write(" ".join(str(work(int(servers))) for servers in sys.argv[1:]))
