"""Lets Schemathesis send NDJSON, which it does not know."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context: object, value: object) -> bytes:
    """The lines of a list of records, or any text as it is."""
    if isinstance(value, list):
        return "".join(f"{json.dumps(record)}\n" for record in value).encode()
    return str(value).encode(errors="surrogatepass")
