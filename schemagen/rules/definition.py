"""Rules of the stage `definition`: what is wrong with a definition that is good YAML."""

from __future__ import annotations

from schemagen.rules.rule import Rule, Severity, table

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

RULES: tuple[Rule, ...] = table(
    "definition",
    # texts that YAML loses
    (
        "unquoted-text",
        _ERROR,
        "A text with a blank stands unquoted inside brackets",
        "the text '{text}' needs quotes: inside […] and {{…}} a comma would cut it in two",
    ),
    ("empty-value", _ERROR, "A key has no value", "{name} has no value"),
    ("not-json", _ERROR, "The data is none that JSON can hold", "the data {problem}"),
    # shape
    (
        "unknown-version",
        _ERROR,
        "The definition is written in another version of the language",
        "the definition is written in version {version} of the language; this schemagen reads version 1",
    ),
    ("missing-key", _ERROR, "A key is missing", "{where} has no '{name}': wanted {wanted}"),
    ("unknown-key", _ERROR, "A key is not known", "'{name}' is not known in {where}; known are {known}"),
    (
        "reserved-key",
        _ERROR,
        "A key is reserved for a later version of the language",
        "'{name}' is reserved for a later version of the language",
    ),
    ("wrong-type", _ERROR, "A value is of another type", "{name} should be {wanted}, not {found}"),
    (
        "bad-value",
        _ERROR,
        "A value is of the right type, but not as wanted",
        "{name} should be {wanted}, not '{value}'",
    ),
    ("bad-name", _ERROR, "A name is not as wanted", "the name '{name}' should be {wanted}"),
    (
        "too-few",
        _ERROR,
        "A list or mapping holds too little",
        "{name} should be {wanted}, but holds too little",
    ),
    ("said-twice", _ERROR, "A list says something twice", "{name} stands here a second time"),
    # heading
    (
        "prefix-required",
        _ERROR,
        "An id that begins with a digit needs a prefix",
        "the id {id} begins with a digit, and a component name may not: say a 'prefix'",
    ),
    (
        "bad-pattern",
        _ERROR,
        "A regular expression may not stand in a definition",
        "the regular expression of {name} is refused: {problem}",
    ),
    (
        "empty-placeholder",
        _ERROR,
        "The placeholder matches the empty text",
        "the placeholder matches the empty text, and would stand everywhere in a message",
    ),
    # phrases and members
    ("phrase", _ERROR, "A phrase cannot be read", "{problem}, at character {at} of '{phrase}'"),
    ("unknown-schema", _ERROR, "A phrase names a schema that is not there", "there is no schema {name}"),
    (
        "phrase-part",
        _ERROR,
        "A phrase says what has no meaning in its place",
        "{part} has no meaning in {name}: only members and headers have it",
    ),
    (
        "nested-object",
        _ERROR,
        "An object is written in the place of a member",
        "{name} is written as an object in place: give the object a name under 'schemas' and write that name here",
    ),
    (
        "no-members",
        _ERROR,
        "An object has no members",
        "{name} has no members: list some, say '$others', or write the phrase 'object'",
    ),
    (
        "any-member",
        _ERROR,
        "`$any` names no member that may be absent",
        "$any names '{name}', which {problem}",
    ),
    (
        "closed-with-others",
        _ERROR,
        "`$closed` and `$others` contradict each other",
        "'$closed' says that there are no other members, '$others' what they are: delete one of the two",
    ),
    (
        "reserved-name",
        _ERROR,
        "A schema has a name that is generated",
        "the name {name} is generated for the members of a body: choose another",
    ),
    (
        "keyword-misfit",
        _ERROR,
        "A keyword cannot apply to the type",
        "{keyword} applies to {kind}, and '{phrase}' is none",
    ),
    (
        "value-misfit",
        _ERROR,
        "A value is not of the type beside it",
        "{value} is no value of '{phrase}' with its constraints",
    ),
    (
        "empty-range",
        _ERROR,
        "The lower bound is above the upper one",
        "{low} {least} is above {high} {most}",
    ),
    (
        "header-misfit",
        _ERROR,
        "A header has a type that no text can have",
        "the header {name} is a text: write string, integer, digits, number, boolean or a string format",
    ),
    # roles
    (
        "role-twice",
        _ERROR,
        "Two members of an object have the same role",
        "{name} has the role {role}, which {other} has in the same object",
    ),
    (
        "role-misfit",
        _ERROR,
        "A member's type cannot play its role",
        "a member with the role {role} should be {wanted}",
    ),
    # schemas
    ("unused-schema", _WARNING, "A schema is never used", "the schema {name} is never used"),
    (
        "phrase-loop",
        _ERROR,
        "Named phrases lead back to themselves",
        "these phrases never say what they hold: {loop}",
    ),
    (
        "endless",
        _ERROR,
        "An object always contains itself",
        "{name} always contains another {name}, so no body can hold it: make it optional, a list, or 'or null'",
    ),
    (
        "too-complex",
        _ERROR,
        "Alternatives multiply beyond measure",
        "the alternatives of body branch too often: give one of them fewer alternatives",
    ),
    # catalogue
    (
        "code-not-integer",
        _ERROR,
        "A code is no integer, but the member with role `code` is one",
        "the code {code} is no integer as JSON writes it, and the member with role code is an integer",
    ),
    (
        "code-misfit",
        _ERROR,
        "A code is none that the member with role `code` may hold",
        "the code {code} is refused by the member with role code ({phrases})",
    ),
    (
        "said-differently",
        _ERROR,
        "Two places say different things about a code",
        "the {name} of code {code} is said in two places, differently",
    ),
    (
        "codes-without-place",
        _ERROR,
        "There are codes, but no member with role `code`",
        "no member of the body has the role code, so codes stand nowhere: write 'as code' behind its type",
    ),
    (
        "message-without-place",
        _ERROR,
        "There are texts, but no member with role `message` for them",
        "no member with the role message is beside or around the code: write 'as message' behind the type of one",
    ),
    (
        "never-an-error",
        _ERROR,
        "Something belongs to a status that is never an error",
        "{what} belongs to status {status}, which 'when' never takes for an error",
    ),
    (
        "tie-without-response",
        _WARNING,
        "A code is tied to a status that is not documented",
        "code {code} is tied to status {status}, which is not among the responses ({known})",
    ),
    (
        "ties-without-responses",
        _WARNING,
        "Codes are tied to statuses, and no responses are listed",
        "code {code} is tied to a status, and no responses are listed: ties bind nothing",
    ),
    (
        "retry-without-place",
        _WARNING,
        "A retry after a time that no response says",
        "'retry: after' says that responses tell when to retry, but no header or member has the role retry",
    ),
    (
        "long-message",
        _ERROR,
        "A message with variable parts is too long",
        "a message with variable parts has {got} characters, more than {want}; {option}",
    ),
    # examples
    (
        "body-or-text",
        _ERROR,
        "An example has both a body and a text, or neither",
        "the example has {problem}: 'body' is a JSON value, 'text' is what stands on the page where that is no JSON",
    ),
    (
        "drift-and-broken",
        _ERROR,
        "An example is marked as drift and as broken",
        "an example is either drift (allowed, not documented) or broken (no valid response)",
    ),
)
