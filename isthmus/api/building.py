"""The API as one object: its callers, its errors, its acts and its reads."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from isthmus import __version__
from isthmus.api import acts, answers, describing, documents, figures, files, reads
from isthmus.api.callers import ApiKeyAuth, SessionAuth


class IsthmusAPI(NinjaAPI):
    """The API with the schemas of its acts in its document."""

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """The OpenAPI document."""
        document = super().get_openapi_schema(**more)
        error = {"Error": answers.Error.model_json_schema()}
        document["components"]["schemas"].update(describing.components | error)
        return document


def build() -> IsthmusAPI:
    """The API, from the registry of commands and the table of resources."""
    api = IsthmusAPI(
        title="Isthmus",
        version=__version__,
        description="Every act that a page can do, and every read, over HTTP.",
        urls_namespace="api",
        docs_url=None,
        openapi_url=None,
        auth=[ApiKeyAuth(), SessionAuth()],
    )
    answers.install(api)
    acts.install(api)
    reads.install(api)
    figures.install(api)
    files.install(api)
    api.get("/openapi.json", auth=None, include_in_schema=False, url_name="openapi")(openapi)
    api.get("/docs", auth=None, include_in_schema=False, url_name="docs")(docs)
    return api


def docs(request: HttpRequest) -> HttpResponse:
    """The same for people to read."""
    return documents.page(request, API.get_openapi_schema(path_prefix="/api/v1/"))


def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document: what the API takes and gives. It holds no record, so no key is needed."""
    return answers.answer(API.get_openapi_schema(path_prefix="/api/v1/"))


API = build()
