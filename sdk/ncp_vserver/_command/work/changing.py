"""Reboot, start, stop and wait: find the servers, ask, do it, and report the outcomes."""

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click
from ncp_signer import NcpError

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Options, Order
from ncp_vserver._command.screen.streams import report, report_json, say
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._requests.operations import NUMBERS_PER_REQUEST
from ncp_vserver._values.report import RollingReport

from . import question
from .session import Session, open_session
from .source import with_source
from .targets import Targets, given_numbers, resolve
from .work import Work

if TYPE_CHECKING:  # at run time, only those who use a journal import it
    from ncp_vserver._journal import Journal


def carry_out(interrupts: Interrupts, options: Options, order: Order) -> int:
    """Carry out an order, and return the exit code. Once the arguments are checked, there is always a report.

    Raises:
        click.UsageError: An argument makes no sense, or nobody can be asked. Nothing was sent.
    """
    order = with_source(order)
    numbers = given_numbers(order.numbers)
    if order.asks and not question.can_ask():
        raise click.UsageError(
            f"There is no terminal to ask on. To {order.verb} without being asked say --yes;"
            " --dry-run shows what would be sent."
        )
    report = RollingReport(dict.fromkeys(numbers, "not_sent"))
    work = Work(interrupts=interrupts, options=options, order=order, report=report)
    with contextlib.ExitStack() as stack:
        try:
            with interrupts.armed():
                journal = journal_of(order, stack)
                session = stack.enter_context(open_session(options, order.retry_throttled))
                targets = resolve(session, order, is_shown=order.asks or order.dry_run)
                work.take(targets)
                if order.asks or order.dry_run or order.patterns:
                    question.announce(session, order, targets)
                goes_ahead = not order.asks or question.agrees()
        except KeyboardInterrupt:
            say("", "Nothing was sent.")  # the first ends the line of a question
            return work.ended().tell()
        except NcpError as error:
            work.fail(error)
            return work.ended().tell()
        if order.dry_run:
            return _show_requests(session, options, order, targets)
        if goes_ahead:
            work.do(session.job(order, targets.numbers, journal))
        else:
            say("Nothing was sent.")
        return work.ended().tell()


def journal_of(order: Order, stack: contextlib.ExitStack) -> "Journal | None":
    """The journal that an order is to be written into, open until the stack closes; None if there is to be none."""
    if not order.is_journaled:
        return None
    from .journal import open_journal  # SQLAlchemy takes its time

    return stack.enter_context(open_journal(order.journal))


def _show_requests(session: Session, options: Options, order: Order, targets: Targets) -> int:
    """Report the requests that would be sent, and what they would say."""
    assert order.change is not None  # waiting has no dry run
    rejected = question.obstacles(order, targets)
    requests = [(session.preview(order.change, part), part) for part in _parts(order, targets.numbers, rejected)]
    if options.json:
        lines: list[dict[str, Any]] = [
            {
                "method": request.method,
                "path": request.url.path,
                "query": request.url.query.decode("ascii"),
                "serverInstanceNos": list(part),
            }
            for request, part in requests
        ]
        counts = {"servers": len(targets.numbers), "requests": len(requests)}
        plan = {**counts, "wouldBeRejected": rejected, "passedOver": dict(targets.passed_over)}
        summary = {"operation": order.change.name, "dryRun": True, **plan, "exitCode": exit_codes.DONE}
        report_json([*lines, {"summary": summary}])
    else:
        for request, _ in requests:
            report(f"{request.method} {request.url.raw_path.decode('ascii')}")
    say("Nothing was sent that changes a server.")
    return exit_codes.DONE


def _parts(order: Order, numbers: tuple[str, ...], rejected: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The servers of each request that would be sent, one after the other."""
    parts: list[tuple[str, ...]] = []
    for batch in question.batches(order, numbers):
        possible = tuple(number for number in batch if number not in rejected)
        parts += question.in_parts(possible if order.rolling else batch, NUMBERS_PER_REQUEST)
        # A batch without one of its servers is not over; a request with one of them is refused, and is the last one.
        if len(possible) < len(batch) and not (order.rolling and order.on_failure == "continue"):
            break
    return parts
