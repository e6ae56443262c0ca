"""Rules of the stage `build`: what keeps artifacts from being written, and how a folder differs from them."""

from __future__ import annotations

from schemagen.rules.rule import Rule, Severity, table

RULES: tuple[Rule, ...] = table(
    "build",
    # The proof: examples of the definition.
    (
        "example-refused",
        Severity.ERROR,
        "An example is no response of the kind that it is said to be",
        "the {shows} example {example} does not fit: {problem}",
    ),
    (
        "example-no-error",
        Severity.ERROR,
        "An example is no error by the definition's when",
        "the {shows} example {example} is no error: the definition's `when` does not hold for it",
    ),
    (
        "example-not-drift",
        Severity.ERROR,
        "An example that is marked as drift is accepted by the exact schema",
        "the drift example {example} is as documented, so it shows no drift",
    ),
    (
        "example-not-broken",
        Severity.ERROR,
        "An example that is marked as broken is a good response",
        "the broken example {example} does not contradict the definition, so nothing in it is broken",
    ),
    # The proof: artifacts.
    (
        "unreadable-artifact",
        Severity.ERROR,
        "An artifact cannot be read back",
        "{artifact} cannot be read back: {problem}",
    ),
    (
        "invalid-schema",
        Severity.ERROR,
        "An emitted schema is not valid under its metaschema, or does not compile",
        "{artifact} is no valid JSON Schema: {problem}",
    ),
    (
        "invalid-openapi",
        Severity.ERROR,
        "An emitted fragment is not valid OpenAPI",
        "{artifact} is no valid OpenAPI {version}: {problem}",
    ),
    (
        "dangling-reference",
        Severity.ERROR,
        "An emitted reference leads nowhere",
        "{artifact} refers to {reference}, which is not in it",
    ),
    (
        "component-name",
        Severity.ERROR,
        "The name of an OpenAPI component has characters that are not allowed",
        "{artifact} has a component {name}; only A-Z a-z 0-9 . _ - may be in its name",
    ),
    (
        "fragment-example",
        Severity.ERROR,
        "An example in a fragment is refused by the schema beside it",
        "{artifact} shows the example {example} for {response}, but its schema refuses it",
    ),
    (
        "forms-disagree",
        Severity.ERROR,
        "Two forms of one schema, or two engines, judge a body differently",
        "the {variant} schema {accepts} the body of {example}, but as {form} it does not agree",
    ),
    # The folder.
    (
        "missing",
        Severity.ERROR,
        "A file that build or docs writes is not there",
        "it is missing",
    ),
    (
        "different",
        Severity.ERROR,
        "A file is not what build or docs would write",
        "it is not what the definitions say now (first difference in line {line})",
    ),
    (
        "left-over",
        Severity.ERROR,
        "A generated file that nothing gives rise to any more",
        "{file} was generated, but nothing gives rise to it any more",
    ),
    (
        "foreign-file",
        Severity.WARNING,
        "A file that schemagen did not write stands in a folder of generated files",
        "{file} was not generated, and {folder} is for generated files alone",
    ),
    (
        "unsafe-name",
        Severity.ERROR,
        "An artifact has a name that cannot be a file everywhere",
        "{artifact} cannot be a file name on every system: {problem}",
    ),
    (
        "name-clash",
        Severity.ERROR,
        "Two artifacts would be one file",
        "{artifact} and {other} would be the same file where case does not count",
    ),
    (
        "blocked",
        Severity.ERROR,
        "Something else stands where an artifact should be written",
        "{file} cannot be written: {problem}",
    ),
)
