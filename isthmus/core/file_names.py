"""Names of files that people bring: what is shown of them."""

import re
import unicodedata
from pathlib import Path

from django.utils.translation import gettext as _

# Controls and marks that turn the direction of writing: a name must look like what it is.
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
LONGEST_NAME = 200


def shown_name(name: str) -> str:
    """What a file is called on pages: its last part, without what cannot be seen."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(" " if unicodedata.category(one) in _INVISIBLE else one for one in last)
    plain = " ".join(seen.split())
    if len(plain) > LONGEST_NAME:
        suffix = Path(plain).suffix[:10]
        plain = plain[: LONGEST_NAME - len(suffix)] + suffix
    return plain or _("unnamed")
