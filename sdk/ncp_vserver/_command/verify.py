"""Holding what is assumed about NCP against what NCP does for an account."""

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import click
from ncp_signer import NcpError
from rich.text import Text

from ncp_vserver._values.explanations import duration
from ncp_vserver._values.reasons import as_json
from ncp_vserver._values.report import RollingReport
from ncp_vserver._verify.assumptions import Assumption, assumptions
from ncp_vserver._verify.calls import CALLS, Call
from ncp_vserver._verify.contract import Contract
from ncp_vserver._verify.restart import AGAIN, RESTART_PROBES, Tap, duration_of
from ncp_vserver._verify.sending import Sender
from ncp_vserver._verify.verification import CANNOT_TELL, DIFFERS, HOLDS, Verdict, Verification

from . import exit_codes, question
from .ending import Ending
from .jobs import Job, Tell, job_for
from .journal import open_journal
from .orders import Examination, Options, Order
from .outcomes import exit_code_of_read, explanation
from .session import Session, open_session
from .signals import Interrupts
from .streams import report, report_json, say
from .tables import table
from .targets import given_numbers, resolve, text
from .work import Work

_STYLES: Final = {HOLDS: "green", CANNOT_TELL: "yellow", DIFFERS: "bold red"}


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
    with contextlib.ExitStack() as stack:
        try:
            session = stack.enter_context(open_session(options))
        except NcpError as error:
            say(f"Error: {explanation(error)}", "Nothing was sent.")
            return exit_code_of_read(error)
        contract = Contract()
        sender = Sender(
            session.keys,
            session.gateway.url,
            session.transport,
            headers=session.headers,
            limits=session.policy.limits(),
            region=session.region.code,
            contract=contract,
        )
        found = _Findings(options, interrupts, Verification(sender.send, examination.pause), contract)
        _announce(session, examination)
        with contextlib.suppress(KeyboardInterrupt), interrupts.armed():
            found.verification.run(_Topics().say)
        if restarts and not (interrupts.struck or found.verification.stopped):
            found.restart = _restart(stack, found, session, sender, examination)
        return found.tell()


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
    stack: contextlib.ExitStack, found: "_Findings", session: Session, sender: Sender, examination: Examination
) -> Ending | None:
    """Restart a server as any run does, with a journal and its proof, and keep what passes over the wire.

    Returns:
        How that has ended; None if nobody agreed.
    """
    number = examination.restart or ""
    order = Order(
        verb="reboot", numbers=(number,), patterns=(), wait=examination.wait, poll=examination.poll, rolling=1
    )
    work = Work(found.interrupts, found.options, order, RollingReport({number: "not_sent"}))
    try:
        with found.interrupts.armed():
            journal = None if examination.no_journal else stack.enter_context(open_journal(examination.journal))
            targets = resolve(session, order, is_shown=True)
            work.take(targets)
            question.announce(session, order, targets)
            say("While it restarts, it is asked for once more: if NCP accepts that, too, it restarts twice.")
            goes_ahead = examination.yes or question.agrees()
    except KeyboardInterrupt:
        say("")  # ends the line of the question
        return None
    except NcpError as error:
        work.fail(error)
        return work.ending
    if goes_ahead:
        tap = session.transport = Tap(session.transport, found.contract)
        work.do(_Twice(job_for(session, order, targets.numbers, journal), sender, found.verification, number))
        found.verification.exchanges |= tap.exchanges
        return work.ending
    return None


class _Twice:
    """A restart that is asked for once more while it is under way."""

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


@dataclass
class _Findings:
    """All that has been found, and how it is told."""

    options: Options
    interrupts: Interrupts
    verification: Verification
    contract: Contract
    restart: Ending | None = None

    def tell(self) -> int:
        """Report what holds, explain it, and return the exit code."""
        rows = list(self._rows())
        counts = {verdict: sum(each.verdict == verdict for _, each in rows) for verdict in _STYLES}
        code = self._code(counts[DIFFERS])
        if self.options.json:
            report_json(self._lines(rows, counts, code))
        else:
            # What matters stands at the end, where a terminal is.
            ordered = sorted(rows, key=lambda row: list(_STYLES).index(row[1].verdict))
            cells = [
                (each.id, Text(each.verdict, _STYLES[each.verdict]), _note(about, each)) for about, each in ordered
            ]
            report(table(("assumption", "verdict", "what came instead, or why"), cells))
        if self.restart:
            self.restart.explain()
            if took := duration_of(self.verification.seen()):
                say(f"The restart took {duration(took.total_seconds())}.")
        elif self.interrupts.struck:
            say("Interrupted.")
        if self.verification.stopped:
            say(f"Stopped. {text(self.verification.stopped)}.", "Why keys are refused, says ncp-vserver whoami.")
        if missing := self._missing_fields():
            say(f"Fields that no server has: {', '.join(missing)}.")
        say(
            f"{len(rows)} assumptions: {counts[HOLDS]} hold, {counts[DIFFERS]} differ, {counts[CANNOT_TELL]} cannot be"
            f" told; {len(self.verification.exchanges)} exchanges."
        )
        return code

    def _rows(self) -> Iterator[tuple[Assumption, Verdict]]:
        """Each assumption with what is known about it, in the list's order."""
        verdicts = {each.id: each for each in self.verification.verdicts()}
        if self.restart:
            verdicts |= {each.id: each for each in self.verification.verdicts(RESTART_PROBES)}
        for about in assumptions():
            why = about.no_probe or "only --restart shows it"
            yield about, verdicts.get(about.id) or Verdict(about.id, CANNOT_TELL, why, ())

    def _code(self, differing: int) -> int:
        if self.interrupts.struck:
            return exit_codes.INTERRUPTED
        if self.restart and self.restart.code:
            return self.restart.code
        if differing:
            return exit_codes.DIFFERS
        if self.verification.stopped:
            is_refused = list(self.verification.exchanges.values())[-1].is_refusal
            return exit_codes.REJECTED if is_refused else exit_codes.UNKNOWN
        return exit_codes.DONE

    def _missing_fields(self) -> list[str]:
        servers = [server for each in self.verification.exchanges.values() for server in each.servers]
        return [name for name in self.contract.server_fields if servers and not any(name in each for each in servers)]

    def _lines(
        self, rows: list[tuple[Assumption, Verdict]], counts: Mapping[str, int], code: int
    ) -> Iterator[dict[str, Any]]:
        for about, each in rows:
            yield {
                "assumption": about.id,
                "statement": about.statement,
                "verdict": each.verdict,
                "text": each.text,
                "requests": list(each.calls),
            }
        errors = self.restart.report.errors if self.restart else {}
        yield {
            "summary": {
                "exchanges": len(self.verification.exchanges),
                "verdicts": dict(counts),
                "missingFields": self._missing_fields(),
                "stopped": self.verification.stopped,
                "interrupted": self.interrupts.struck,
                "restart": dict(self.restart.outcomes) if self.restart else None,
                "error": as_json(next(iter(errors.values()), None)),
                "exitCode": code,
            }
        }


def _note(about: Assumption, verdict: Verdict) -> str:
    if verdict.verdict == DIFFERS:
        return f"{text(verdict.text)} (assumed: {about.statement})"
    return text(verdict.text)
