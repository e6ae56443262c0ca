"""An API whose errors are checked where CHECK_ERRORS says how many of them: `CHECK_ERRORS=1 flask --app flask_app run`."""

import os
from pathlib import Path

from flask import Flask

app = Flask(__name__)


@app.get("/parcels/<int:number>")
def parcel(number):
    if number == 17:
        return {"number": 17, "weight": 2.5}
    return error(404, "no_parcel", f"There is no parcel {number}")


@app.delete("/parcels/<int:number>")
def cancel(number):
    if number == 16:
        raise RuntimeError("what nobody has thought of")
    return error(409, "on_its_way", "The parcel is on its way", since="2026-11-29")


def error(status, code, message, **more):
    return {"code": code, "message": message, "status": status, **more}, status


if share := os.environ.get("CHECK_ERRORS"):
    from schemagen.integrations.wsgi import ErrorFormatMiddleware

    app.wsgi_app = ErrorFormatMiddleware(
        app.wsgi_app, Path(__file__).with_name("errors.yaml"), sample=float(share)
    )
