"""Every list of the product by the name in its address, each with its records' page."""

from collections.abc import Mapping

from isthmus.web.accounts.listing import ACCOUNTS
from isthmus.web.day.listing import TASKS
from isthmus.web.leads.listing import LEADS
from isthmus.web.lists.spec import ListSpec
from isthmus.web.people.listing import PEOPLE
from isthmus.web.quotes.listing import QUOTES
from isthmus.web.sales.listing import DEALS

LISTS: Mapping[str, ListSpec] = {spec.name: spec for spec in (PEOPLE, ACCOUNTS, LEADS, DEALS, QUOTES, TASKS)}
