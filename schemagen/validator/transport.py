"""Status, media type, and whether there is a body at all."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator

from schemagen import statuses
from schemagen.bodies.shapes import shape
from schemagen.findings import Finding, Severity, finding
from schemagen.validator.case import Case


def check_status(case: Case) -> Iterator[Finding]:
    """Whether the status is documented."""
    strictness = case.contract.rules.responses
    if case.selection.response is not None or strictness == "any":
        return
    covered = sorted(
        (response.key for response in case.contract.responses if response.is_error), key=statuses.sort_key
    )
    if covered:
        yield case.find(
            "undocumented-status",
            origin=("responses",),
            schema=("statuses", str(case.status)),
            severity=Severity.ERROR if strictness == "closed" else None,
            got=case.status,
            want=tuple(covered),
            api=case.contract.id,
        )


def check_content(case: Case) -> Iterator[Finding]:
    """Whether there is a body where one is due, of the documented media type, that can be read."""
    body, response = case.body, case.selection.response
    origin = response.origin if response else ()
    is_head = case.exchange.request is not None and case.exchange.request.method.upper() == "HEAD"
    if body.raw is None and not body.problem:
        if case.selection.at is not None and not is_head:
            yield case.find("body-not-recorded")
    elif case.selection.at is None:
        if body.raw or body.problem:
            yield case.find(
                "unexpected-content",
                origin=origin,
                got=len(body.raw or b"") or "some",
                status=case.status,
                api=case.contract.id,
            )
    elif body.raw or body.problem:
        yield from _check_content(case)
    elif not is_head:  # RFC 9110, section 9.3.2
        yield case.find("missing-content", origin=origin, status=case.status, api=case.contract.id)


def _check_content(case: Case) -> Iterator[Finding]:
    """The media type, and why the body cannot be read: one finding where the media type is that of something else."""
    unread = _unread(case)
    for item in _check_media(case):
        if unread and item.rule.code == "response/wrong-media-type":
            yield dataclasses.replace(item, hint=unread.message, schema=unread.schema)
            unread = None
        else:
            yield item
    if unread:
        yield unread


def _unread(case: Case) -> Finding | None:
    """Why the body cannot be read, unless its response is documented with media types of its own that are no JSON.

    Findings are alike if the bodies are: the shape stands for a place in the schema.
    """
    own = case.selection.response.media if case.selection.response else ()
    if not case.body.problem or (own and not any(is_json(split_media(media)[0]) for media in own)):
        return None
    unread = finding(
        case.body.problem, case.place(), definition=case.contract.id, schema=("body", shape(case.body))
    )
    return dataclasses.replace(unread, facts=case.body.facts)


def _check_media(case: Case) -> Iterator[Finding]:
    response = case.selection.response
    wanted = (response.media if response else ()) or case.contract.media
    declared = case.exchange.response.header("content-type")
    if not case.exchange.response.headers:  # a bare body: headers were not recorded
        return
    if declared is None or not declared.strip():
        if case.body.is_json:
            yield case.find("missing-content-type", origin=("media",), want=wanted)
        return
    media, charset = split_media(declared)
    if media not in [split_media(each)[0] for each in wanted]:
        both_json = is_json(media) and any(is_json(split_media(each)[0]) for each in wanted)
        slug = "undocumented-media-type" if both_json else "wrong-media-type"
        yield case.find(slug, origin=("media",), got=case.cut(media), want=wanted)
    if is_json(media) and charset not in ("", "utf-8", "utf8", *(split_media(each)[1] for each in wanted)):
        yield case.find("undocumented-charset", origin=("media",), got=case.cut(charset), want="UTF-8")


@functools.lru_cache(maxsize=1024)
def split_media(text: str) -> tuple[str, str]:
    """The media type and the charset of a Content-Type (RFC 9110, section 8.3), lower-cased; no charset is empty."""
    media, *parameters = text.split(";")
    named = {
        name.strip().lower(): value.strip().strip('"').lower()
        for name, _, value in (parameter.partition("=") for parameter in parameters)
    }
    return media.strip().lower(), named.get("charset", "")


def is_json(media: str) -> bool:
    """Whether a media type is of the JSON family: `application/json`, `text/json`, or with suffix `+json`."""
    return media in ("application/json", "text/json") or media.endswith("+json")
