"""The document of the API: complete, resolvable, and true under random calls."""

import json
import re
from pathlib import Path

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings

from isthmus.api.building import API
from isthmus.api.resources import RESOURCES
from isthmus.core.commands import registry


@pytest.fixture(scope="module")
def document():
    return json.loads(json.dumps(API.get_openapi_schema(path_prefix="/api/v1/"), default=str))


def test_every_command_and_resource_is_in_the_document(document):
    paths = document["paths"]

    assert [name for name in registry() if f"/api/v1/commands/{name}" not in paths] == []
    assert [r.name for r in RESOURCES if f"/api/v1/{r.name}" not in paths] == []
    assert {"/api/v1/metrics", "/api/v1/metrics/{name}", "/api/v1/search", "/api/v1/undo/{batch}"} <= set(
        paths
    )


def test_each_act_says_what_it_does_needs_and_answers(document):
    for name, entry in registry().items():
        act = document["paths"][f"/api/v1/commands/{name}"]["post"]

        assert act["summary"] == entry.summary
        assert f"`{entry.permission}`" in act["description"]
        assert {"200", "401", "403", "404", "409", "422"} <= set(act["responses"])


def test_every_reference_leads_somewhere(document):
    schemas = document["components"]["schemas"]

    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))

    assert named - schemas.keys() == set()


def test_the_page_for_people_shows_every_address_and_needs_nothing_from_elsewhere(client, document):
    page = client.get("/api/v1/docs")

    text = page.content.decode()
    assert page.status_code == 200
    assert [path for path in document["paths"] if path.replace("&", "&amp;") not in text] == []
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", text) == []
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_the_words_about_the_api_name_only_addresses_that_exist(document):
    words = Path("docs/api.md").read_text(encoding="utf-8")

    named = set(re.findall(r"`/([a-z]+)`", words)) - {"api"}

    assert {name for name in named if f"/api/v1/{name}" not in document["paths"]} == set()


def sample() -> list[str]:
    return ["capture_lead", "open_deal", "place_order", "edit_person", "log_activity", "record_consent"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "path",
    [
        *(f"/api/v1/commands/{name}" for name in sample()),
        *(f"/api/v1/commands/{name}/bulk" for name in ("capture_lead", "open_deal")),
        *(f"/api/v1/{resource.name}" for resource in RESOURCES),
        "/api/v1/leads/{number}",
        "/api/v1/search",
        "/api/v1/metrics/{name}",
        "/api/v1/undo/{batch}",
        "/api/v1/files",
    ],
)
def test_random_calls_are_never_a_failure_of_the_server(path, program_of, admin, document):
    token = program_of(admin).token
    schema = schemathesis.openapi.from_dict(document).include(path=path)
    schema.app = get_wsgi_application()

    operations = list(schema.get_all_operations())
    assert operations
    for operation in operations:
        call_at_random(operation.ok(), token)


def call_at_random(operation, token):
    @given(case=operation.as_strategy())
    @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def each(case):
        response = case.call(headers={"Authorization": f"Bearer {token}", "Host": "localhost"})
        assert response.status_code < 500 and response.status_code != 401, case.as_curl_command()
        if response.status_code >= 400:
            assert {"code", "message"} <= set(response.json()) <= {"code", "message", "errors"}

    each()
