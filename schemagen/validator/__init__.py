"""What a response does otherwise than its definition says: (contract, exchange, body) → findings.

What the schemas say is all that is said of bodies, save for a short, closed list that schemas cannot say (`remarks`).
Knows nothing of YAML, definitions or the emitters.
"""

from __future__ import annotations

import collections
from collections.abc import Iterator
from typing import NamedTuple

from schemagen.bodies import Body
from schemagen.bodies.shapes import fold_host, shape
from schemagen.checking import Deviations, deviations
from schemagen.contract import Contract
from schemagen.exchanges import Exchange, host_of
from schemagen.findings import Finding, Place, Severity, finding, order
from schemagen.limits import DEFAULTS, Limits
from schemagen.recognition import Recognition, is_error
from schemagen.validator.case import Case
from schemagen.validator.headers import check_headers
from schemagen.validator.remarks import remark
from schemagen.validator.transport import check_content, check_status
from schemagen.validator.wording import word

__all__ = ["Judgement", "judge", "unrecognised"]


class Judgement(NamedTuple):
    """The outcome for one exchange: whether it is an error by `when`, what is documented for its status (`404`, `4XX`,
    `default`; None where nothing is), and the findings, in their total order. What is no error has no findings.
    """

    is_error: bool
    key: str | None = None
    findings: tuple[Finding, ...] = ()


def judge(contract: Contract, exchange: Exchange, body: Body, limits: Limits = DEFAULTS) -> Judgement:
    """Judge the response of `exchange`, whose body has been read as `body`, by `contract`.

    At most `limits.findings` findings are given, the worst first to stay, and one that counts the rest.
    """
    status = exchange.response.status
    if not is_error(contract, status, body.value if body.is_json else None):
        return Judgement(is_error=False)
    case = Case(contract, exchange, body, contract.select(status), limits)
    found = _deviations(case)
    findings = [
        *check_status(case),
        *check_content(case),
        *check_headers(case),
        *_word(case, found),
        *remark(case),
    ]
    response = case.selection.response
    return Judgement(
        is_error=True, key=response.key if response else None, findings=_limited(case, findings, found)
    )


def unrecognised(exchange: Exchange, recognition: Recognition, body: Body) -> Finding | None:
    """The finding for a status of 400 or more that no definition claims; None for other statuses and other hosts.

    Host, status and the shape of the body are facts of it and stand in for the place in a schema: responses that are
    alike in them are one kind of finding.
    """
    status = exchange.response.status
    if recognition.contract is not None or recognition.out_of_scope or status < 400:
        return None
    origin = exchange.origin
    place = Place(origin.source, entry=origin.entry, line=origin.line)
    host, built = fold_host(host_of(exchange.request.url)) if exchange.request else "", shape(body)
    kind = ("unrecognised", host, str(status), built)
    if recognition.candidates:
        return finding(
            "response/ambiguous",
            place,
            schema=kind,
            status=status,
            want=recognition.candidates,
            host=host,
            shape=built,
        )
    reason = recognition.reason
    if recognition.nearest:
        reason = f"the nearest is {recognition.nearest}: {reason}"
    return finding(
        "response/unrecognised", place, schema=kind, status=status, reason=reason, host=host, shape=built
    )


def _deviations(case: Case) -> Deviations:
    """What the body breaks of the schemas, if it is JSON and some is due."""
    if case.selection.at is None or not case.body.is_json:
        return Deviations()
    return deviations(case.contract, case.selection.at, case.body.value)


def _worded(case: Case) -> int:
    """How many errors, and how much drift, is put into words: some more than is shown, as some may say the same."""
    return case.limits.findings + 100


def _word(case: Case, found: Deviations) -> Iterator[Finding]:
    """The deviations in the words of the definition."""
    worded = [word(case, violation, "tolerant") for violation in found.errors[: _worded(case)]]
    worded += [word(case, violation, "exact") for violation in found.drift[: _worded(case)]]
    yield from _without_texts_of_misplaced_codes(worded)


def _without_texts_of_misplaced_codes(findings: list[Finding]) -> Iterator[Finding]:
    """Texts of a code that is tied to other statuses are not compared: the finding is about the code."""
    misplaced = [item for item in findings if item.rule.code == "response/code-under-other-status"]
    for item in findings:
        around = item.place.pointer[:-1]
        if item.rule.code != "response/undocumented-text" or not any(
            code.related == item.related and code.place.pointer[: len(around)] == around for code in misplaced
        ):
            yield item


def _limited(case: Case, findings: list[Finding], found: Deviations) -> tuple[Finding, ...]:
    """The findings in order, the same one once; beyond the limit the mildest are left out and counted."""
    if len(findings) < 2 and case.limits.findings:
        return tuple(findings)
    distinct: dict[tuple[object, ...], Finding] = {}
    for item in findings:
        distinct.setdefault((item.rule.code, item.place, item.message), item)
    worst_first = sorted(distinct.values(), key=lambda item: (-item.severity, order(item)))
    kept, rest = worst_first[: case.limits.findings], worst_first[case.limits.findings :]
    counts = collections.Counter(item.severity for item in rest)
    counts[Severity.ERROR] += max(0, len(found.errors) - _worded(case))
    counts[Severity.WARNING] += max(0, len(found.drift) - _worded(case))
    counts = +counts
    if counts.total():
        kept.append(
            finding(
                "response/more-findings",
                case.place(),
                definition=case.contract.id,
                severity=max(counts),
                got=counts.total(),
                errors=counts[Severity.ERROR],
                warnings=counts[Severity.WARNING],
                notes=counts[Severity.NOTE],
            )
        )
    return tuple(sorted(kept, key=order))
