"""Post offices for meetings that are told by mail, as tests of mail have them."""

from tests.messages.conftest import office, this_machine_may_be_called

__all__ = ["office", "this_machine_may_be_called"]
