"""Adding up what was found: complete, bounded, and the same in whatever parts the input comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen import tally
from schemagen.findings import Finding, Place, Severity, finding
from schemagen.report import Subject
from schemagen.tally import FIRST, Tally


def found(entry: int, *, member: str = "code", source: str = "a.har", position: int = 0) -> Finding:
    """An unknown member in an item of a list."""
    place = Place(source, ("errors", position, member), entry=entry)
    return finding("response/unknown-member", place, definition="acme", owner="errors", member=member)


def told(item: Finding) -> Subject:
    """The exchange that a finding is about."""
    return Subject(item.place.source, item.place.entry or 0, "GET", "https://api.acme.example/", 404)


def tallied(items: list[Finding]) -> Tally:
    """A tally of these findings, each about its own exchange."""
    result = Tally()
    for item in items:
        result.counts["exchanges"] += 1
        result.add([item], lambda item=item: told(item))
        result.note({("acme", "response", "404", "404")})
    return result


def outcome(one: Tally) -> object:
    """All that a tally tells."""
    return one.groups(), one.omitted(), one.subjects(), one.counts, one.matches, one.seen


def test_findings_that_differ_only_in_their_place_are_one_group() -> None:
    """Another entry, another position in a list, another file: still the same finding."""
    items = [found(1), found(2, position=5), found(1, source="b.har"), found(3, member="other")]
    groups = tallied(items).groups()
    assert [(group.count, group.first.place.pointer[-1]) for group in groups] == [(3, "code"), (1, "other")]
    assert [item.place.source for item in groups[0].findings] == ["a.har", "a.har", "b.har"]


def test_all_are_counted_and_the_first_are_kept() -> None:
    """In the order of the recording, whatever the order they were met in."""
    items = [found(entry) for entry in range(1, 101)]
    (group,) = tallied(items[::-1]).groups()
    assert group.count == 100
    assert [item.place.entry for item in group.findings] == list(range(1, FIRST + 1))


def test_an_exchange_is_described_only_where_a_finding_of_it_is_kept() -> None:
    """Describing costs time, and most findings of a bad day are repeats."""
    one = Tally()
    described = []
    for entry in range(1, 101):
        one.add([found(entry)], lambda entry=entry: described.append(entry))  # type: ignore[func-returns-value]
    assert described == list(range(1, FIRST + 1))


def test_severity_tells_groups_apart() -> None:
    """What one definition closes and another leaves open is not added up."""
    error = finding(
        "response/unknown-member", Place("a.har", entry=1), severity=Severity.ERROR, owner="", member=""
    )
    drift = finding("response/unknown-member", Place("a.har", entry=1), owner="", member="")
    assert len(tallied([error, drift]).groups()) == 2


@given(
    st.lists(st.tuples(st.integers(1, 60), st.sampled_from("abc"), st.sampled_from(["x", "y"])), max_size=80),
    st.data(),
)
def test_parts_add_up_to_the_whole(rows: list[tuple[int, str, str]], data: st.DataObject) -> None:
    """One process, or many in any order: the same groups, findings, exchanges and counts."""
    items = [found(entry, member=member, source=source) for entry, member, source in rows]
    whole = tallied(items)
    parts: list[list[Finding]] = [[], [], []]
    for item in items:
        parts[data.draw(st.integers(0, 2))].append(item)
    merged = Tally()
    for part in data.draw(st.permutations(parts)):
        merged.merge(tallied(part))
    assert outcome(merged) == outcome(whole)


def test_groups_are_bounded_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that invents member names fills no memory: which groups stay depends on the groups alone."""
    monkeypatch.setattr(tally, "MOST", 10)
    items = [found(entry, member=f"m{entry % 50}") for entry in range(1, 501)]
    whole = tallied(items)
    groups = whole.groups()
    assert len(groups) == 10
    assert {group.count for group in groups} == {10}
    assert whole.omitted() == ((Severity.WARNING, 400),)
    merged = Tally()
    for start in range(0, 500, 37):
        merged.merge(tallied(items[start : start + 37]))
    assert outcome(merged) == outcome(whole)
