"""What the operator allows within private networks, and what stays closed whatever is tried."""

import ipaddress
import os
import socket
import subprocess
import sys
from typing import Any

import pytest

from isthmus.core.outbound import AddressRefused, NotReached, ask, mail_servers, post, read_address
from isthmus.core.outbound.addresses import resolve
from isthmus.core.outbound.allowed import allows, read_allowed
from isthmus.core.outbound.mail_servers import Server
from tests.core.test_outbound import _answering, _says, _Server, here

__all__ = ["here"]
pytestmark = pytest.mark.core


@pytest.fixture
def office(settings: Any) -> None:
    settings.OUTBOUND_ALLOWED = read_allowed("cloud.office.lan, 192.168.10.0/24, http://dav.office.lan")


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("url", "leads_to"),
    [
        ("https://cloud.office.lan/", "10.1.2.3"),
        ("https://cloud.office.lan/", "fd00::7"),
        ("https://192.168.10.9/", "192.168.10.9"),
        ("https://whatever.example/", "192.168.10.9"),
        ("https://whatever.example/", "::ffff:192.168.10.9"),
        ("http://dav.office.lan:5232/", "172.16.0.4"),
    ],
)
def test_what_the_operator_allows_is_called(url: str, leads_to: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answering(leads_to))

    assert resolve(read_address(url)) == [ipaddress.ip_address(leads_to)]


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("url", "leads_to"),
    [
        ("https://cloud.office.lan/", "127.0.0.1"),  # A name never leads to this machine,
        ("https://cloud.office.lan/", "169.254.169.254"),  # nor to where a cloud tells its keys.
        ("https://cloud.office.lan/", "fd00:ec2::254"),
        ("https://cloud.office.lan/", "::ffff:127.0.0.1"),
        ("https://evil.cloud.office.lan/", "10.1.2.3"),
        ("https://cloud.office.lan.evil.example/", "10.1.2.3"),
        ("https://whatever.example/", "192.168.11.9"),
        ("https://192.168.10.9.evil.example/", "192.168.11.9"),
    ],
)
def test_what_only_looks_like_it_is_refused(url: str, leads_to: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answering(leads_to))
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("called"))

    with pytest.raises(AddressRefused, match="ISTHMUS_OUTBOUND_ALLOWED="):
        post(url, b"", {})


@pytest.mark.usefixtures("office")
def test_only_what_is_named_so_is_spoken_to_without_encryption() -> None:
    for url in ("http://cloud.office.lan/", "http://192.168.10.9/", "http://other.example/"):
        with pytest.raises(AddressRefused, match="https://"):
            read_address(url)
    assert Server("dav.office.lan", 25, "none").target().host == "dav.office.lan"
    with pytest.raises(AddressRefused, match="ISTHMUS_OUTBOUND_ALLOWED=http://cloud"):
        Server("cloud.office.lan", 25, "none").target()


@pytest.mark.usefixtures("office")
def test_a_name_that_leads_elsewhere_at_the_second_look_up_is_called_where_it_was_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, called = [], []

    def getaddrinfo(host: str, port: int, **more: Any) -> Any:
        asked.append(host)
        return _answering("192.168.10.9" if len(asked) == 1 else "127.0.0.1")(host, port)

    def create_connection(address: Any, timeout: float) -> Any:
        called.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)

    with pytest.raises(NotReached):
        ask("GET", "https://cloud.office.lan/")
    assert (asked, called) == (["cloud.office.lan"], ["192.168.10.9"])
    with (
        pytest.raises(AddressRefused, match="private network"),
        mail_servers.smtp(Server("cloud.office.lan", 465, "tls")),
    ):
        pytest.fail("spoken to")
    assert called == ["192.168.10.9"]


@pytest.mark.parametrize(
    "onward",
    ["http://10.0.0.1/", "https://169.254.169.254/latest", "https://10.0.0.1/", "file:///etc/passwd"],
)
def test_a_redirect_from_an_allowed_server_to_a_closed_one_is_refused(here: str, onward: str) -> None:
    _Server.answers = _says(302, Location=onward)

    with pytest.raises(AddressRefused):
        ask("POST", f"{here}/start", redirects=3)
    assert len(_Server.heard) == 1


def test_a_redirect_is_followed_so_often_and_a_password_stays_with_its_host(here: str) -> None:
    def answer(server: _Server) -> None:
        onward = here.replace("127.0.0.1", "localhost") if server.path == "/a" else "/end"
        ends = server.path == "/end"
        _says(200, b"there", **{"Content-Length": "5"})(server) if ends else _says(
            307, Location=onward if server.path == "/a" else "/end"
        )(server)

    _Server.answers = answer

    found = ask("POST", f"{here}/a", headers={"Authorization": "Basic c2VjcmV0"}, redirects=3)

    assert (found.body, found.url.rpartition("/")[2]) == (b"there", "end")
    assert [("Authorization" in headers) for _path, headers, _body in _Server.heard] == [True, False, False]


def test_half_an_answer_and_one_too_long_are_none(here: str) -> None:
    _Server.answers = _says(200, b"x" * 50, **{"Content-Length": "100"})
    with pytest.raises(NotReached, match="in the middle"):
        ask("POST", here)

    _Server.answers = _says(200, b"x" * 50)
    with pytest.raises(NotReached, match="more than"):
        ask("POST", here, most=49)


@pytest.mark.parametrize(
    "text", ["0.0.0.0/0", "::/0", "10.0.0.1/8", "bad host", "999", "*.lan", "https://x", "-a"]
)
def test_a_setting_that_says_too_much_or_nothing_ends_the_start(text: str) -> None:
    with pytest.raises(ValueError):
        read_allowed(text)


def test_the_start_says_what_is_wrong_with_the_setting(tmp_path: Any) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import isthmus.settings"],
        env={**os.environ, "ISTHMUS_HOME": str(tmp_path), "ISTHMUS_OUTBOUND_ALLOWED": "0.0.0.0/0"},
        capture_output=True,
        text=True,
    )

    assert said.returncode == 1
    assert said.stderr.startswith("ISTHMUS_OUTBOUND_ALLOWED must list hosts and networks")
    assert "Traceback" not in said.stderr


def test_this_very_machine_is_allowed_only_by_its_address() -> None:
    loopback = ipaddress.ip_address("127.0.0.1")

    assert allows(read_allowed("127.0.0.1"), "dav.example", loopback)
    assert not allows(read_allowed("dav.example"), "dav.example", loopback)
    assert not allows(read_allowed("169.254.0.0/16"), "x", ipaddress.ip_address("169.254.169.254"))
