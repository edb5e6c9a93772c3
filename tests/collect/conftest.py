"""The ledger's folder of each test, as the pages' tests have it."""

from tests.web.conftest import ledger_folder

__all__ = ["ledger_folder"]
