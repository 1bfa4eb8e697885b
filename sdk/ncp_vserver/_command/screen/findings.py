"""The result of a verification, and its report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rich.text import Text

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Options
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._values.reasons import as_json
from ncp_vserver._verify.assumptions import Assumption, assumptions
from ncp_vserver._verify.contract import server_fields
from ncp_vserver._verify.restart import AGAIN, RESTART_PROBES, timeline
from ncp_vserver._verify.verification import CANNOT_TELL, DIFFERS, HOLDS, Verdict, Verification

from .ending import Ending
from .streams import report, report_json, say
from .tables import table
from .texts import text

_STYLES: Final = {HOLDS: "green", CANNOT_TELL: "yellow", DIFFERS: "bold red"}


@dataclass
class Findings:
    """The result of a verification: its exchanges, and how the restart ended, if there was one."""

    options: Options
    interrupts: Interrupts
    verification: Verification
    restart: Ending | None = None

    def tell(self) -> int:
        """Write the report and the messages, and return the exit code."""
        rows = list(self.rows())
        counts = {verdict: sum(each.verdict == verdict for _, each in rows) for verdict in _STYLES}
        code = self._code(counts[DIFFERS])
        try:
            self._report(rows, counts, code)
        finally:  # what became of a server is told also where the table cannot be
            self._explain(len(rows), counts)
        return code

    def _report(self, rows: list[tuple[Assumption, Verdict]], counts: Mapping[str, int], code: int) -> None:
        if self.options.json:
            report_json(self._lines(rows, counts, code))
            return
        # What matters stands at the end, where a terminal is.
        ordered = sorted(rows, key=lambda row: list(_STYLES).index(row[1].verdict))
        cells: list[tuple[Text | str, ...]] = []
        for about, each in ordered:
            assumed = f" (assumed: {about.statement})" if each.verdict == DIFFERS else ""
            cells.append((each.id, Text(each.verdict, _STYLES[each.verdict]), text(each.text) + assumed))
        report(table(("assumption", "verdict", "what came instead, or why"), cells))

    def _explain(self, all_: int, counts: Mapping[str, int]) -> None:
        if self.restart:
            self.restart.explain()
            if states := timeline(self.verification.seen()):
                say("After the response, polls showed:", *(f"  {text(state)}" for state in states))
            again = self.verification.exchanges.get(AGAIN.name)
            if again and not again.is_refusal:
                say(f"The second request was not refused ({text(str(again))}). The server may restart once more.")
        elif self.interrupts.struck:
            say("Interrupted.")
        if self.verification.stopped:
            hint = ["Why keys are refused, says ncp-vserver whoami."] if self._is_refused else []
            say(f"Stopped. {text(self.verification.stopped)}.", *hint)
        if missing := self._missing_fields():
            say(f"Fields that no server has: {', '.join(missing)}.")
        say(
            f"{all_} assumptions: {counts[HOLDS]} hold, {counts[DIFFERS]} differ, {counts[CANNOT_TELL]} cannot be"
            f" told; {len(self.verification.exchanges)} exchanges."
        )

    def rows(self) -> Iterator[tuple[Assumption, Verdict]]:
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
            return exit_codes.REJECTED if self._is_refused else exit_codes.UNKNOWN
        return exit_codes.DONE

    @property
    def _is_refused(self) -> bool:
        """Whether the last response refused the keys. A 429 says nothing about them."""
        last = list(self.verification.exchanges.values())[-1]
        return last.is_refusal and last.status != 429

    def _missing_fields(self) -> list[str]:
        servers = [server for each in self.verification.exchanges.values() for server in each.servers]
        return [name for name in server_fields() if servers and not any(name in each for each in servers)]

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
        errors = list(self.restart.report.errors.values()) if self.restart else []
        yield {
            "summary": {
                "exchanges": len(self.verification.exchanges),
                "verdicts": dict(counts),
                "missingFields": self._missing_fields(),
                "stopped": self.verification.stopped,
                "interrupted": self.interrupts.struck,
                "restart": dict(self.restart.outcomes) if self.restart else None,
                "timeline": timeline(self.verification.seen()),
                "error": as_json(errors[0] if errors else None),
                "exitCode": code,
            }
        }
