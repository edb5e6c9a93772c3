"""A shape's SQL is compiled once, however many ask for it at the same moment."""

import threading
import time
from types import SimpleNamespace

from isthmus.metrics import compiling, texts


def test_four_pages_that_need_the_same_text_at_once_get_it_and_one_compiles_it(monkeypatch):
    compiled = []

    def slow(shape):
        time.sleep(0.05)
        compiled.append(shape.key)
        return f"SELECT {len(compiled)}"

    monkeypatch.setattr(compiling, "compile_shape", slow)
    shape = SimpleNamespace(key="asked by four")
    got = []
    pages = [threading.Thread(target=lambda: got.append(texts.sql_of(shape))) for _ in range(4)]

    for page in pages:
        page.start()
    for page in pages:
        page.join()

    assert got == ["SELECT 1"] * 4
    assert compiled == ["asked by four"]
