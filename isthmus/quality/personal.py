"""What the search for flaws holds of a person: nothing but the number of a record."""

from django.utils.translation import gettext_lazy as _

from isthmus.core.personal_stores import impersonal

impersonal("quality.Flaw", "name", because=_("the name of a check; the record is a number"))
