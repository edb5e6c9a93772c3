"""The sample company's people are made up."""

from django.utils.translation import gettext_lazy as _

from isthmus.core.personal_stores import impersonal_folder

impersonal_folder("simulate", because=_("the truth behind the sample company, whose people are made up"))
