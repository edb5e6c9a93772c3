"""The web server lets its idle threads end; what they had read with must not take the process along."""

import http.client
import os
import subprocess
import sys
import threading
import time

import pytest

from bench.serving import free_port

IDLE = 5  # the shortest that the server knows, in seconds


@pytest.mark.prove
def test_a_web_process_outlives_its_idle_threads(run_isthmus, tmp_path):
    run_isthmus("migrate")
    port = free_port()
    idle = ["--blocking-threads", "4", "--blocking-threads-idle-timeout", str(IDLE)]
    place = ["--interface", "wsgi", "--no-ws", "--workers", "1", "--port", str(port), "--log-level", "error"]
    own = {
        "ISTHMUS_HOME": str(tmp_path / "home"),
        "DJANGO_SETTINGS_MODULE": "isthmus.settings",
        "DATABASE_URL": "",
    }
    command = [sys.executable, "-m", "granian", *place, *idle, "tests.ledger.reading_app:application"]
    server = subprocess.Popen(command, env={**os.environ, **own})
    try:
        wait_until_it_answers(port)
        assert four_at_once(port) == [b"0"] * 4

        time.sleep(IDLE + 3)

        assert server.poll() is None
        assert four_at_once(port) == [b"0"] * 4
    finally:
        server.terminate()
        server.wait(timeout=30)


def four_at_once(port: int) -> list[bytes]:
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(port))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def ask(port: int) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    finally:
        connection.close()


def wait_until_it_answers(port: int) -> None:
    for _ in range(200):
        try:
            ask(port)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("The server did not answer within twenty seconds.")
