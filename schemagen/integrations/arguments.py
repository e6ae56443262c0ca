"""What a middleware is given, looked at before it serves: a mistake is one line at the start of the program."""

from __future__ import annotations

import inspect

from schemagen.filters import Filters


def check_application(app: object, kind: str, *arguments: str) -> None:
    """Sees that `app` can be called with so many arguments.

    Raises:
        TypeError: it cannot: it is none, or one of another kind.
    """
    try:
        inspect.signature(app).bind(*arguments)  # type: ignore[arg-type]  # what is no function raises, too
    except TypeError as problem:
        raise TypeError(
            f"{type(app).__name__} is no application of {kind}, which takes {', '.join(arguments)};"
            " there are schemagen.integrations.asgi and schemagen.integrations.wsgi"
        ) from problem
    except ValueError:  # written in C: it does not say what it takes
        return


def check_share(sample: float) -> None:
    """Sees that `sample` is a share.

    Raises:
        ValueError: it is none.
    """
    try:
        is_share = 0 <= sample <= 1
    except TypeError:  # a text, as the environment has it
        is_share = False
    if not is_share:
        raise ValueError(f"sample: {sample!r} is not a number between 0 and 1")


def without_hosts(filters: Filters) -> Filters:
    """The same filters.

    Raises:
        ValueError: one asks for a host: an application does not know where it stands.
    """
    term = next((term for term in filters.only + filters.exclude if term.kind == "host"), None)
    if term is not None:
        raise ValueError(f"host={term.pattern}: hosts are not looked at in a server; say path= or status=")
    return filters
