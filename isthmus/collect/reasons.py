"""Why an event could not be read: a code for each reason, and what it says to a person."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOT_JSON = "not_json"
NOT_AN_EVENT = "not_an_event"
UNREADABLE = "unreadable"
TOO_LARGE = "too_large"
UNKNOWN_TYPE = "unknown_type"
NO_IDENTITY = "no_identity"
NO_EVENT = "no_event"
NO_GROUP = "no_group"
NO_PREVIOUS = "no_previous"
BAD_TIME = "bad_time"
BAD_AMOUNT = "bad_amount"
DEFECT = "defect"

REASONS: Mapping[str, str | Promise] = {
    NOT_JSON: _("The call is not JSON"),
    NOT_AN_EVENT: _("It is not an event: an object is expected"),
    UNREADABLE: _("A field holds another kind of value than it should"),
    TOO_LARGE: _("The event is larger than 32 KB"),
    UNKNOWN_TYPE: _("Its type is none of identify, track, page, screen, group and alias"),
    NO_IDENTITY: _("It says of nobody: neither a user id nor an anonymous id that can be used"),
    NO_EVENT: _("A track call without the event's name"),
    NO_GROUP: _("A group call without a group id"),
    NO_PREVIOUS: _("An alias call without a previous id and a user id"),
    BAD_TIME: _("Its time cannot be read, or lies before the year 2000"),
    BAD_AMOUNT: _("Its revenue, total or currency cannot be read"),
    DEFECT: _("Isthmus stumbled over it: a defect of ours, to be reported and replayed once it is mended"),
}
