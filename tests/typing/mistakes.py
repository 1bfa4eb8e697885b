"""What type checkers refuse. Checked by "make types", never run: an ignore that is not needed is an error there."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

import ncp_mock
import ncp_signer
import ncp_vserver
from ncp_vserver import Client, RollingReport, Server, WaitProgress

ncp_vserver.Cilent  # type: ignore[attr-defined]  # noqa: B018 - misspelt
ncp_mock.Moc  # type: ignore[attr-defined]  # noqa: B018 - misspelt
ncp_signer.Credential  # type: ignore[attr-defined]  # noqa: B018 - misspelt


async def seen(progress: WaitProgress) -> None:
    """Not for the blocking client."""


async def told(report: RollingReport) -> None:
    """Not for the blocking client."""


async def healthy(server: Server) -> bool:
    return True


def coroutine_functions(client: Client) -> None:
    client.reboot("1", wait=5, progress=seen)  # type: ignore[arg-type]  # asynchronous
    client.wait_until_running("1", progress=seen)  # type: ignore[arg-type]  # asynchronous
    client.rolling_reboot("1", progress=told)  # type: ignore[arg-type]  # asynchronous
    client.prepare_rolling_reboot("1", check=healthy)  # type: ignore[arg-type]  # asynchronous


def unset(server: Server) -> None:
    server.raw.server_instance_status.code  # type: ignore[union-attr]  # noqa: B018 - it may be UNSET
