"""An API whose errors are checked where CHECK_ERRORS says how many of them: `CHECK_ERRORS=1 uvicorn fastapi_app:served`."""

import os
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import JSONResponse

app = FastAPI()


@app.get("/parcels/{number}")
def parcel(number: int):
    if number == 17:
        return {"number": 17, "weight": 2.5}
    return error(404, "no_parcel", f"There is no parcel {number}")


@app.delete("/parcels/{number}")
def cancel(number: int):
    if number == 16:
        raise RuntimeError("what nobody has thought of")
    return error(409, "on_its_way", "The parcel is on its way", since="2026-11-29")


def error(status, code, message, **more):
    return JSONResponse({"code": code, "message": message, "status": status, **more}, status)


served = app
if share := os.environ.get("CHECK_ERRORS"):
    from schemagen.integrations.asgi import ErrorFormatMiddleware

    served = ErrorFormatMiddleware(app, Path(__file__).with_name("errors.yaml"), sample=float(share))
