"""The operations that the front uses, and what those that change servers do to them."""

import importlib
from dataclasses import dataclass
from typing import Any, Final, Literal

from ncp_vserver._values.server import RUNNING, STOPPED

# The contract writes out this many server numbers. NCP documents no limit.
NUMBERS_PER_REQUEST: Final = 20

Goal = Literal["back", "down"]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the contract, sent as a GET: that is what the vendor documents, and its query is signed."""

    name: str
    """The vendor's, which is also the end of the path."""
    module_name: str

    @property
    def module(self) -> Any:
        """The generated module, imported when it is needed: most programs need one or two of them."""
        return importlib.import_module(f"ncp_vserver_api.api.server.{self.module_name}")

    @property
    def changes(self) -> bool:
        """Whether it changes servers: a second request would have an effect of its own."""
        return isinstance(self, Change)


@dataclass(frozen=True, slots=True)
class Change(Operation):
    """An operation that changes servers."""

    verb: str
    """What it does, for people."""
    noun: str
    """What happens to a server, for people."""
    in_progress: str
    """The code of a server's operation until it is over."""
    status_before: str
    status_after: str

    @property
    def leaves_status(self) -> bool:
        """Whether the status before and after is the same, so that it proves nothing."""
        return self.status_before == self.status_after

    @property
    def goal(self) -> Goal:
        """What a server is when it is over."""
        return "down" if self.status_after == STOPPED else "back"


LIST: Final = Operation("getServerInstanceList", "get_server_instance_list")
DETAIL: Final = Operation("getServerInstanceDetail", "get_server_instance_detail")
REBOOT: Final = Change(
    "rebootServerInstances", "reboot_server_instances", "reboot", "restart", "RESTA", RUNNING, RUNNING
)
START: Final = Change("startServerInstances", "start_server_instances", "start", "start", "START", STOPPED, RUNNING)
STOP: Final = Change("stopServerInstances", "stop_server_instances", "stop", "stop", "SHTDN", RUNNING, STOPPED)

CHANGES: Final = {change.name: change for change in (REBOOT, START, STOP)}
