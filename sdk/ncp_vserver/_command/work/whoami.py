"""Say which keys are used, and whether the gateway accepts them."""

from typing import Any

from ncp_signer import NcpError
from rich.text import Text

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Options
from ncp_vserver._command.screen.outcomes import exit_code_of_read, explanation
from ncp_vserver._command.screen.streams import report, report_json, say
from ncp_vserver._command.screen.tables import table
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._values.errors import AuthenticationError, PermissionDeniedError
from ncp_vserver._values.explanations import describe_offset
from ncp_vserver._values.reasons import as_json, reason

from .session import Session, open_session


def whoami(interrupts: Interrupts, options: Options) -> int:
    """Report the keys and the result of one call with them, and return the exit code."""
    session: Session | None = None
    failure: NcpError | None = None
    total: int | None = None
    offset: float | None = None
    code = exit_codes.DONE
    try:
        with interrupts.armed():
            session = open_session(options)
            pages = session.first_page()
        total, offset = pages.total_rows, pages.clock_offset
    except NcpError as error:
        failure, code = error, exit_code_of_read(error)
        if isinstance(error, AuthenticationError | PermissionDeniedError):
            offset = error.clock_offset
    except KeyboardInterrupt:
        code = exit_codes.INTERRUPTED
    facts: dict[str, Any] = {}
    if session:
        session.close()
        facts = {
            "accessKey": session.keys.masked_access_key,
            "source": session.keys.source,
            "gateway": str(session.settings.gateway.url),
            "gatewaySource": session.settings.gateway.source,
            "region": session.settings.region.code,
            "regionSource": session.settings.region.source,
        }
    if failure and (not session or explanation(failure) != reason(failure)):
        say(f"Error: {explanation(failure)}")  # first: a report that cannot be written does not hide why
    if options.json:
        summary = {"error": as_json(failure), "exitCode": code}
        report_json([{**facts, "clockOffset": offset, "totalRows": total}, {"summary": summary}])
    elif session:
        call = f"accepted: {'?' if total is None else total} servers" if failure is None else reason(failure)
        rows = [
            ("access key", facts["accessKey"]),
            ("from", facts["source"]),
            ("gateway", str(session.settings.gateway)),
            ("region", str(session.settings.region)),
            ("clock", describe_offset(offset)),
            ("call", "interrupted" if code == exit_codes.INTERRUPTED else call),
        ]
        made = table(("", ""), [(name, Text(value)) for name, value in rows])
        made.show_header = False
        report(made)
    return code
