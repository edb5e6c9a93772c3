"""Programs that call the API, each with somebody's key."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from isthmus.core.actors import SYSTEM
from isthmus.workspace.commands import create_api_key
from isthmus.workspace.models import User
from tests.cast import MONDAY_NOON


class Program:
    """A program with a key: `program.post("/commands/capture_lead", {...})`."""

    def __init__(self, token: str, **options: Any) -> None:
        self.client = Client(**options)
        self.token = token

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        text = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
        return self.client.post(
            f"/api/v1{path}", text, content_type="application/json", headers=self._headers(headers)
        )

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", query or {}, headers=self._headers(headers))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**own, **{name.replace("_", "-"): value for name, value in more.items()}}


@pytest.fixture
def program_of(db: None) -> Callable[..., Program]:
    """`program_of(rita)` calls with a key of Rita's; `permissions` narrow it."""

    def make(user: User, permissions: list[str] | None = None, **options: Any) -> Program:
        issued = create_api_key(
            user_id=user.pk, label="A program", permissions=permissions, by=SYSTEM, at=MONDAY_NOON
        )
        return Program(issued.token, **options)

    return make


@pytest.fixture
def stranger(db: None) -> Program:
    """A program without a key."""
    return Program("")
