"""Status keys (`404`, `4XX`, `default`), what they cover, and the registered reason phrases.

The phrases are our own table, because `http.HTTPStatus` changes its words with the interpreter.
Source: IANA HTTP Status Code Registry (RFC 9110 names).
"""

from __future__ import annotations

DEFAULT = "default"

PHRASES: dict[int, str] = {
    100: "Continue",
    101: "Switching Protocols",
    102: "Processing",
    103: "Early Hints",
    200: "OK",
    201: "Created",
    202: "Accepted",
    203: "Non-Authoritative Information",
    204: "No Content",
    205: "Reset Content",
    206: "Partial Content",
    207: "Multi-Status",
    208: "Already Reported",
    226: "IM Used",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    305: "Use Proxy",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    417: "Expectation Failed",
    421: "Misdirected Request",
    422: "Unprocessable Content",
    423: "Locked",
    424: "Failed Dependency",
    425: "Too Early",
    426: "Upgrade Required",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    451: "Unavailable For Legal Reasons",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    505: "HTTP Version Not Supported",
    506: "Variant Also Negotiates",
    507: "Insufficient Storage",
    508: "Loop Detected",
    510: "Not Extended",
    511: "Network Authentication Required",
}


def span(key: str) -> tuple[int, int]:
    """The first and last status that `key` covers: `404` → (404, 404), `4XX` → (400, 499), `default` → (100, 599)."""
    if key == DEFAULT:
        return 100, 599
    if key.endswith("XX"):
        first = int(key[0]) * 100
        return first, first + 99
    return int(key), int(key)


def overlap(one: str, other: str) -> bool:
    """Whether some status is covered by both keys."""
    (a, b), (c, d) = span(one), span(other)
    return a <= d and c <= b


def phrase(key: str) -> str:
    """The registered reason phrase of an exact status; for classes and `default` a phrase of the same kind."""
    if key == DEFAULT:
        return "Any other error"
    if key.endswith("XX"):
        return {
            "1": "Informational",
            "2": "Success",
            "3": "Redirection",
            "4": "Client error",
            "5": "Server error",
        }[key[0]]
    return PHRASES.get(int(key), f"Status {key}")


def component_name(key: str) -> str:
    """How a response component of this status is called: `NotFound`, `529`, `4XX`, `Default`."""
    if key == DEFAULT:
        return "Default"
    registered = PHRASES.get(int(key)) if not key.endswith("XX") else None
    if registered is None:
        return key
    return "".join(word[0].upper() + word[1:] for word in registered.replace("-", " ").split())


def sort_key(key: str) -> tuple[int, int]:
    """Orders keys: exact statuses by number, then classes, then `default`."""
    return (2, 0) if key == DEFAULT else (1 if key.endswith("XX") else 0, span(key)[0])
