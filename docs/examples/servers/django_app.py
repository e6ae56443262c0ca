"""An API whose errors are checked where CHECK_ERRORS says how many of them: `CHECK_ERRORS=1 python django_app.py`.

A project has the first part in settings.py, urls.py and views.py, and the second in wsgi.py.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY=os.urandom(16).hex())


@csrf_exempt
def parcel(request, number):
    if request.method == "DELETE" and number == 16:
        raise RuntimeError("what nobody has thought of")
    if request.method == "DELETE":
        return error(409, "on_its_way", "The parcel is on its way", since="2026-11-29")
    if number == 17:
        return JsonResponse({"number": 17, "weight": 2.5})
    return error(404, "no_parcel", f"There is no parcel {number}")


def error(status, code, message, **more):
    return JsonResponse({"code": code, "message": message, "status": status, **more}, status=status)


urlpatterns = [path("parcels/<int:number>", parcel)]

application = get_wsgi_application()
if share := os.environ.get("CHECK_ERRORS"):
    from schemagen.integrations.wsgi import ErrorFormatMiddleware

    application = ErrorFormatMiddleware(
        application, Path(__file__).with_name("errors.yaml"), sample=float(share)
    )

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    make_server("127.0.0.1", 8000, application).serve_forever()
