"""Holding what is assumed about NCP against what NCP does for an account."""

import contextlib
from collections import Counter
from pathlib import Path

import click
from ncp_signer import NcpError

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Examination, Options, Order
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
from .jobs import Job, Tell, job_for
from .journal import open_journal
from .session import Session, open_session
from .targets import given_numbers, resolve
from .work import Work


def verify(interrupts: Interrupts, options: Options, examination: Examination) -> int:
    """Send the calls, restart a server if that is wanted, report what holds, and return the exit code.

    Raises:
        click.UsageError: An argument makes no sense, or nobody can be asked. Nothing was sent.
    """
    restarts = given_numbers((examination.restart,)) if examination.restart else ()
    if examination.dry_run:
        return _show_calls(options)
    if restarts and not (examination.yes or question.can_ask()):
        raise click.UsageError("There is no terminal to ask on. To restart without being asked say --yes.")
    file = _file(examination.save)
    with contextlib.ExitStack() as stack:
        try:
            session = stack.enter_context(open_session(options))
        except NcpError as error:
            say(f"Error: {explanation(error)}", "Nothing was sent.")
            return exit_code_of_read(error)
        sender = Sender(
            session.keys,
            session.gateway.url,
            session.transport,
            headers=session.headers,
            limits=session.policy.limits(),
            region=session.region.code,
            correct_clock=options.correct_clock,
        )
        found = Findings(options, interrupts, Verification(sender.send, examination.pause))
        _announce(session, examination)
        with contextlib.suppress(KeyboardInterrupt), interrupts.armed():
            found.verification.run(_Topics().say)
        if restarts and not (interrupts.struck or found.verification.stopped):
            found.restart = _restart(stack, found, session, sender, examination)
        is_saved = file is None or _save(file, found, session)  # first: the table may find nobody to read it
        code = found.tell()
        return code if is_saved or code not in (exit_codes.DONE, exit_codes.DIFFERS) else exit_codes.UNKNOWN


def _file(path: str | None) -> Path | None:
    """The file that is written in the end, or a UsageError that says why it cannot be."""
    if path is None:
        return None
    try:
        check(Path(path))
    except NotSavedError as error:
        raise click.UsageError(f"{error}.") from None
    return Path(path)


def _save(file: Path, found: Findings, session: Session) -> bool:
    """Write the file, and return whether it could be."""
    exchanges = found.verification.exchanges.values()
    verdicts = [verdict for _, verdict in found.rows()]
    saved = document(exchanges, verdicts, credentials=session.keys, gateway=session.gateway.url)
    try:
        write(file, saved)
    except NotSavedError as error:
        say(f"Error: {error}.")
        return False
    say(f"Saved in {file}, without keys, names, numbers and addresses. Look through it before you show it.")
    return True


def _announce(session: Session, examination: Examination) -> None:
    topics = Counter(call.topic for call in CALLS)
    wrong = sum(call.signing != "right" for call in CALLS)
    say(
        f"Up to {len(CALLS)} requests that change no server, {duration(examination.pause)} apart:",
        f"  gateway  {session.gateway}",
        f"  account  {session.keys.masked_access_key} ({session.keys.source})",
        f"  region   {session.region}",
        "  about    " + ", ".join(f"{topic} ({count})" for topic, count in topics.items()),
        f"{wrong} of them are not signed as they should be, on purpose. It ends at a 429.",
    )


class _Topics:
    """Says once what the calls that come are about."""

    def __init__(self) -> None:
        self._topic = ""

    def say(self, call: Call) -> None:
        if call.topic != self._topic:
            say(f"{call.topic} …")
            self._topic = call.topic


def _show_calls(options: Options) -> int:
    """Report the calls. A name in braces is filled in from the account's servers."""
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
    if options.json:
        report_json([*lines, {"summary": {"requests": len(CALLS), "dryRun": True, "exitCode": exit_codes.DONE}}])
    else:
        for line in lines:
            query, form = line["query"] and f"?{line['query']}", line["form"] and f" with {line['form']}"
            signed = "" if line["signed"] == "right" else f" ({line['signed']})"
            report(f"{line['method']} {line['path']}{query or ''}{form or ''}{signed}")
    say("Nothing was sent.")
    return exit_codes.DONE


def _restart(
    stack: contextlib.ExitStack, found: Findings, session: Session, sender: Sender, examination: Examination
) -> Ending | None:
    """Restart a server as any run does, with a journal and its proof, and keep what passes over the wire.

    Returns:
        How that has ended; None if nobody agreed.
    """
    number = examination.restart or ""
    order = Order(
        verb="reboot", numbers=(number,), patterns=(), wait=examination.wait, poll=examination.poll, rolling=1
    )
    work = Work(found.interrupts, found.options.of_another_command, order, RollingReport({number: "not_sent"}))
    try:
        with found.interrupts.armed():
            journal = None if examination.no_journal else stack.enter_context(open_journal(examination.journal))
            targets = resolve(session, order, is_shown=True)
            work.take(targets)
            question.announce(session, order, targets)
            if not question.obstacles(order, targets):
                say("While it restarts, it is asked for once more: if NCP accepts that, too, it restarts twice.")
            goes_ahead = examination.yes or question.agrees()
    except KeyboardInterrupt:
        say("")  # ends the line of the question
        return None
    except NcpError as error:
        work.fail(error)
        return work.ending
    if goes_ahead:
        tap = session.transport = Tap(session.transport)
        work.do(_Twice(job_for(session, order, targets.numbers, journal), sender, found.verification, number))
        found.verification.exchanges |= tap.exchanges
        return work.ending
    return None


class _Twice:
    """A restart that is asked for once more while it is in progress."""

    def __init__(self, job: Job, sender: Sender, verification: Verification, number: str) -> None:
        self._job = job
        self._sender = sender
        self._verification = verification
        self._number = number

    @property
    def report(self) -> RollingReport:
        return self._job.report

    @property
    def id(self) -> str | None:
        return self._job.id

    def run(self, progress: Tell) -> None:
        def told(report: RollingReport) -> None:
            exchanges = self._verification.exchanges
            if report.having("accepted") and AGAIN.name not in exchanges:
                exchanges[AGAIN.name] = self._sender.send(AGAIN, {"serverInstanceNo": self._number})
            progress(report)

        self._job.run(told)
