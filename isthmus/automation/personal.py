"""What rules hold of a person: nothing by name; runs about them are in `flows`."""

from django.utils.translation import gettext_lazy as _

from isthmus.core.personal_stores import impersonal

impersonal(
    "automation.DryRun", "spec", "result", "error",
    because=_("the company's own settings, counts and numbers of records"),
)  # fmt: skip
