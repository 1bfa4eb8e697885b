"""A rolling restart of three of the mock's servers, stopped at any moment: what the pictures show."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ncp_mock._contract.document import Contract
from ncp_mock._fleet.file import complete_servers
from ncp_mock._fleet.fleet import Fleet
from ncp_vserver import RollingReport
from ncp_vserver._values.report import Outcome
from ncp_vserver._values.server import Server
from ncp_vserver_api.models import ServerInstance

ROOT: Final = Path(__file__).resolve().parent.parent
NAMES: Final = {"123458773": "web-1", "123458774": "web-2", "123458775": "db-1"}
BEGUN: Final = 1_795_565_520.0
"""The time of day, in seconds since 1970-01-01 UTC."""

_PATH: Final = "/vserver/v2/rebootServerInstances"
_RESTART_SECONDS: Final = 94.0


class Rehearsal:
    """The servers, and a clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 0.0
        contract = Contract(ROOT / "openapi" / "vserver.yaml")
        named = [{"serverInstanceNo": number, "serverName": name} for number, name in NAMES.items()]
        self._change = contract.operations[_PATH]["GET"].change
        self.fleet = Fleet(
            complete_servers(contract, named),
            _RESTART_SECONDS,
            contract.server_schema["properties"],
            lambda: self.now,
            lambda: BEGUN + self.now,
        )

    def reboot(self, number: str) -> None:
        assert self._change is not None
        self.fleet.change(self._change, (number,), None)

    def servers(self) -> list[Mapping[str, Any]]:
        """Each as it is now, in the vendor's form."""
        return self.fleet.servers()

    def report(self, *by_turn: Outcome) -> RollingReport:
        """A report on the servers as they are now, with an outcome for each."""
        servers = [Server.of(ServerInstance.from_dict(fields)) for fields in self.servers()]
        return RollingReport(dict(zip(NAMES, by_turn, strict=True)), servers={each.number: each for each in servers})
