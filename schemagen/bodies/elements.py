"""XML where JSON is due: what it is, told by its root element and what stands in it, and the code it names."""

from __future__ import annotations

import re

from schemagen.bodies.kind import Kind, shorten

# What it is, the root element without its prefix, and what stands in it: all marks of a row, in lower case.
_KINDS = (
    ("a SOAP fault", "envelope", ":fault>"),
    ("a SOAP fault", "envelope", "<faultcode"),
    ("a SOAP message", "envelope", "schemas.xmlsoap.org/soap/envelope"),
    ("a SOAP message", "envelope", "www.w3.org/2003/05/soap-envelope"),
    ("an Azure Storage error", "error", "<code>", "<message>", "requestid:"),
    ("an S3 error", "error", "<code>", "<requestid>"),
    ("an S3 error", "error", "<code>", "<hostid>"),
    ("an OData error", "error", "schemas.microsoft.com/ado/2007/08/dataservices/metadata"),
    ("an AWS error", "errorresponse", "<code>", "amazonaws.com/"),
    ("an AWS error", "response", "<errors>", "<code>", "<requestid>"),
    ("problem details in XML", "problem", "urn:ietf:rfc:7807"),
)

_CODE = re.compile(
    r"<(?:[\w.-]{1,40}:)?(?:faultcode|code|errorcode)(?:\s[^<>]*+)?>\s*+"
    r"(?:<(?:[\w.-]{1,40}:)?value(?:\s[^<>]*+)?>\s*+)?"  # SOAP 1.2
    r"([^<]*+)</",
    re.IGNORECASE,
)


def name_document(root: str, document: str) -> Kind:
    """What the XML is whose root element is `root`: `an S3 error (NoSuchKey)`, `XML (<Fault>), code 17`, `XML`."""
    looked_at = document.lower()
    local = root.rpartition(":")[2].lower()
    code = shorten(next((found[1] for found in _CODE.finditer(document) if found[1].strip()), ""))
    for name, element, *marks in _KINDS:
        if local == element and all(mark in looked_at for mark in marks):
            return Kind(name, f" ({code})" if code else "")
    return Kind(f"XML (<{root}>)" if root else "XML", f", code {code}" if code else "")
