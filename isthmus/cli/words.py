"""The command line's own words in the language of the terminal, before any settings are loaded."""

import gettext
from pathlib import Path

_catalogue = gettext.translation("django", Path(__file__).parent.parent / "locale", fallback=True)
_ = _catalogue.gettext
