"""Marketing's own rows are campaigns: nothing of any person."""

from django.utils.translation import gettext_lazy as _

from isthmus.core.personal_stores import impersonal

impersonal("marketing.Campaign", "name", "channel", "external_id", because=_("names of campaigns"))
