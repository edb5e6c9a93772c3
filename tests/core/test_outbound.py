"""The one way out: only the open internet, only by TLS, to the address that was judged, bounded."""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from isthmus.core.outbound import AddressRefused, NotReached, addresses, client, post, read_address

pytestmark = pytest.mark.core

NOT_PUBLIC = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.3.4", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "169.254.170.2", "168.63.129.16", "100.64.0.1", "100.100.100.200", "192.0.0.192",
    "198.18.0.1", "192.0.2.1", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "192.88.99.1", "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::",
    "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fec0::1", "ff02::1", "2001:db8::1", "100::1", "5f00::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_of_the_open_internet_is_not_public(address: str) -> None:
    assert not addresses.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_of_the_open_internet_is_public(address: str) -> None:
    assert addresses.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)",
        "example.com", "https://", "https://:443/", "https://user:secret@example.com/", "https://example.com:0/",
        "https://example.com:99999/", "https://exa mple.com/", "https://example.com/\r\nX: y",
        "https://example.com\\@127.0.0.1/", "https://localhost/", "https://localhost./", "https://a.localhost/",
        "https://metadata.google.internal/", "https://printer.local/", "https://127.0.0.1/", "https://127.1/",
        "https://0x7f.1/", "https://2130706433/", "https://0177.0.0.1/", "https://[::1]/", "https://[fe80::1%25eth0]/",
        "https://[::ffff:127.0.0.1]/", "https://１２７.0.0.1/", "https://169.254.169.254/latest/meta-data/",
        "https://" + "a" * 600 + ".example/",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_called_is_refused_before_anybody_is_asked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: pytest.fail("asked"))

    with pytest.raises(AddressRefused):
        read_address(url)


def test_what_an_address_says() -> None:
    target = read_address("https://Bücher.Example:8443/in?a=1&b=%20#part")

    assert (target.host, target.port, target.path) == ("xn--bcher-kva.example", 8443, "/in?a=1&b=%20")
    assert target.netloc == "xn--bcher-kva.example:8443"
    assert read_address("https://[2606:4700::1111]").netloc == "[2606:4700::1111]"


def _answering(*found: str) -> Callable[..., Any]:
    def getaddrinfo(host: str, port: int, **more: Any) -> list[Any]:
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in found
        ]

    return getaddrinfo


@pytest.mark.parametrize(
    "found", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("::ffff:169.254.169.254",), ("fe80::1%eth0",)]
)
def test_a_name_that_leads_inside_is_refused_and_nobody_is_called(
    found: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answering(*found))
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("called"))

    with pytest.raises(AddressRefused, match="private network"):
        post("https://example.com/", b"{}", {})


def test_the_name_is_looked_up_once_and_that_very_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, called = [], []

    def getaddrinfo(host: str, port: int, **more: Any) -> Any:
        asked.append(host)
        return _answering("8.8.8.8" if len(asked) == 1 else "127.0.0.1")(host, port)

    def create_connection(address: Any, timeout: float) -> Any:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)

    with pytest.raises(NotReached, match="Nobody listens"):
        post("https://example.com/", b"{}", {})
    assert (asked, called) == (["example.com"], [("8.8.8.8", 443)])


def test_a_name_that_nobody_knows_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*given: Any, **more: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    with pytest.raises(NotReached, match=r"Nobody knows the name example\.com"):
        post("https://example.com/", b"{}", {})


class _Server(BaseHTTPRequestHandler):
    heard: list[tuple[str, dict[str, str], bytes]] = []
    answers: Callable[["_Server"], None]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).heard.append((self.path, dict(self.headers), body))
        type(self).answers(self)

    def log_message(self, *given: Any) -> None:
        """Quiet."""


@pytest.fixture
def here(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on this machine, which a test installation may call; a proxy that must not be asked."""
    settings.OUTBOUND_TO_THIS_MACHINE = True
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    _Server.heard = []
    server = HTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _says(status: int, body: bytes = b"", **headers: str) -> Callable[[_Server], None]:
    def answer(server: _Server) -> None:
        server.send_response(status)
        for name, value in headers.items():
            server.send_header(name, value)
        server.end_headers()
        server.wfile.write(body)

    return answer


def test_an_answer_comes_back_with_its_status(here: str) -> None:
    _Server.answers = _says(202, b"thanks", Retry_After="7")

    answer = post(f"{here}/in?a=1", b'{"a":1}', {"webhook-id": "m1", "Content-Type": "application/json"})

    assert (answer.status, answer.body, answer.headers["retry_after"]) == (202, b"thanks", "7")
    ((path, headers, body),) = _Server.heard
    assert (path, body, headers["webhook-id"]) == ("/in?a=1", b'{"a":1}', "m1")
    assert headers["Host"] == here.removeprefix("http://")


def test_nobody_is_sent_on(here: str) -> None:
    _Server.answers = _says(302, Location="http://127.0.0.1:1/elsewhere")

    assert post(f"{here}/in", b"", {}).status == 302
    assert len(_Server.heard) == 1


def test_no_more_than_the_first_bytes_are_read(here: str) -> None:
    _Server.answers = _says(200, b"x" * 200_000)

    assert len(post(f"{here}/in", b"", {}).body) == client.ANSWER_BYTES


def test_a_server_that_answers_byte_by_byte_is_left_in_time(
    here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SECONDS", 0.3)

    def drip(server: _Server) -> None:
        for _ in range(100):
            server.wfile.write(b"H")
            server.wfile.flush()
            time.sleep(0.05)

    _Server.answers = drip

    with pytest.raises(NotReached, match="No answer came"):
        post(f"{here}/in", b"", {})


def test_what_is_no_http_is_said_in_a_sentence(here: str) -> None:
    _Server.answers = lambda server: server.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n") and None

    with pytest.raises(NotReached, match="The connection broke"):
        post(f"{here}/in", b"", {})


def test_https_to_what_speaks_no_tls_is_said_in_a_sentence(here: str) -> None:
    with pytest.raises(NotReached, match="No secure connection"):
        post(here.replace("http:", "https:"), b"", {})


def test_this_machine_is_called_only_where_the_installation_allows_it(here: str, settings: Any) -> None:
    settings.OUTBOUND_TO_THIS_MACHINE = False

    with pytest.raises(AddressRefused):
        post(here, b"", {})
    settings.OUTBOUND_TO_THIS_MACHINE = True
    with pytest.raises(AddressRefused):
        read_address("http://10.0.0.1/")
