"""The settings of a child that needs the ledger alone: it starts in a fraction of the time."""

from isthmus.settings import *  # noqa: F403

INSTALLED_APPS = ["isthmus.core", "isthmus.ledger"]
