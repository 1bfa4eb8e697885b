"""Check the assumptions about NCP against what it does for an account."""

import contextlib
from collections import Counter
from functools import partial
from pathlib import Path

import click
from ncp_signer import NcpError

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Options, Order
from ncp_vserver._command.screen.ending import Ending
from ncp_vserver._command.screen.findings import Findings
from ncp_vserver._command.screen.outcomes import exit_code_of_read, explanation
from ncp_vserver._command.screen.streams import report, report_json, say
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._values.explanations import duration
from ncp_vserver._values.report import RollingReport
from ncp_vserver._verify.calls import CALLS, Call
from ncp_vserver._verify.restart import AGAIN, Tap
from ncp_vserver._verify.saved import document
from ncp_vserver._verify.saving import NotSavedError, check, write
from ncp_vserver._verify.sending import Sender
from ncp_vserver._verify.verification import Verification

from . import question
from .changing import journal_of
from .session import Session, open_session
from .targets import given_numbers, resolve
from .work import Work


def verify(interrupts: Interrupts, options: Options, order: Order, pause: float, save: str | None) -> int:
    """Send the calls, restart a server if that is wanted, report what holds, and return the exit code.

    Args:
        interrupts: The signals that end it.
        options: Whom to ask, and as whom.
        order: The restart; of no server for only to read.
        pause: Seconds between two calls.
        save: The file to save exchanges and verdicts in; none when None.

    Raises:
        click.UsageError: An argument makes no sense, or nobody can be asked. Nothing was sent.
    """
    restarts = given_numbers(order.numbers)
    if order.dry_run:
        return _show_calls(options)
    if restarts and order.asks and not question.can_ask():
        raise click.UsageError("There is no terminal to ask on. To restart without being asked say --yes.")
    file = Path(save) if save else None
    if file:
        try:
            check(file)
        except NotSavedError as error:
            raise click.UsageError(f"{error}.") from None
    with contextlib.ExitStack() as stack:
        try:
            session = stack.enter_context(open_session(options))
        except NcpError as error:
            say(f"Error: {explanation(error)}", "Nothing was sent.")
            return exit_code_of_read(error)
        settings = session.settings
        sender = Sender(
            session.keys,
            settings.gateway.url,
            settings.http["transport"],
            headers=session.headers,
            limits=settings.policy.limits(),
            region=settings.region.code,
            correct_clock=options.correct_clock,
        )
        found = Findings(options, interrupts, Verification(sender.send, pause))
        _announce(session, pause)
        with contextlib.suppress(KeyboardInterrupt), interrupts.armed():
            found.verification.run(partial(_say_topic, set()))
        if restarts and not (interrupts.struck or found.verification.stopped):
            found.restart = _restart(stack, found, session, sender, order)
        is_saved = file is None or _save(file, found, session)  # first: the table may find nobody to read it
        code = found.tell()
        return code if is_saved or code not in (exit_codes.DONE, exit_codes.DIFFERS) else exit_codes.UNKNOWN


def _save(file: Path, found: Findings, session: Session) -> bool:
    """Write the file, and return whether it could be."""
    saved = document(
        found.verification.exchanges.values(),
        [verdict for _, verdict in found.rows()],
        credentials=session.keys,
        gateway=session.settings.gateway.url,
    )
    try:
        write(file, saved)
    except NotSavedError as error:
        say(f"Error: {error}.")
        return False
    say(f"Saved in {file}, without keys, names, numbers and addresses. Look through it before you show it.")
    return True


def _announce(session: Session, pause: float) -> None:
    topics = Counter(call.topic for call in CALLS)
    wrong = sum(call.signing != "right" for call in CALLS)
    say(
        f"Up to {len(CALLS)} requests that change no server, {duration(pause)} apart:",
        *question.who(session),
        "  about    " + ", ".join(f"{topic} ({count})" for topic, count in topics.items()),
        f"{wrong} of them are not signed as they should be, on purpose. It ends at a 429.",
    )


def _say_topic(said: set[str], call: Call) -> None:
    """Say what a call is about, once for all calls about the same."""
    if call.topic not in said:
        say(f"{call.topic} …")
    said.add(call.topic)


def _show_calls(options: Options) -> int:
    """Report the calls. A name in braces is filled in from the account's servers."""
    if options.json:
        lines = [
            {
                "name": call.name,
                "method": call.method,
                "path": f"/vserver/v2/{call.operation}",
                "query": call.query,
                "form": call.form,
                "signed": call.signing,
            }
            for call in CALLS
        ]
        report_json([*lines, {"summary": {"requests": len(CALLS), "dryRun": True, "exitCode": exit_codes.DONE}}])
    else:
        for call in CALLS:
            query, form = call.query and f"?{call.query}", call.form and f" with {call.form}"
            signed = "" if call.signing == "right" else f" ({call.signing})"
            report(f"{call.method} /vserver/v2/{call.operation}{query or ''}{form or ''}{signed}")
    say("Nothing was sent.")
    return exit_codes.DONE


def _restart(
    stack: contextlib.ExitStack, found: Findings, session: Session, sender: Sender, order: Order
) -> Ending | None:
    """Restart a server as any run does, and keep the exchanges.

    Returns:
        How it ended; None if the user did not agree.
    """
    exchanges = found.verification.exchanges
    report = RollingReport(dict.fromkeys(order.numbers, "not_sent"))
    work = Work(interrupts=found.interrupts, options=found.options.shared, order=order, report=report)
    try:
        with found.interrupts.armed():
            journal = journal_of(order, stack)
            targets = resolve(session, order, is_shown=True)
            work.take(targets)
            question.announce(session, order, targets)
            if not question.obstacles(order, targets):
                say("While it restarts, it is asked for once more: if NCP accepts that, too, it restarts twice.")
            if order.asks and not question.agrees():
                return None
    except KeyboardInterrupt:
        say("")  # ends the line of the question
        return None
    except NcpError as error:
        work.fail(error)
        return work.ended()

    def ask_again(report: RollingReport) -> None:
        """Send the second request while the server restarts."""
        if report.having("accepted") and AGAIN.name not in exchanges:
            exchanges[AGAIN.name] = sender.send(AGAIN, {"serverInstanceNo": order.numbers[0]})

    tap = session.wrap(Tap)
    work.do(session.job(order, targets.numbers, journal), ask_again)
    exchanges |= tap.exchanges
    return work.ended()
