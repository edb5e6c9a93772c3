"""Metrics keep the texts of queries and answers by group: numbers, nothing of any person."""

from django.utils.translation import gettext_lazy as _

from isthmus.core.personal_stores import impersonal_folder

impersonal_folder("cache/metrics", because=_("texts of queries, without the values that were asked for"))
