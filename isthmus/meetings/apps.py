from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.core.commands import load_room_commands


class MeetingsConfig(AppConfig):
    name = "isthmus.meetings"
    label = "meetings"

    def ready(self) -> None:
        load_room_commands("meetings")
        from isthmus.meetings import day, merging, queries
        from isthmus.meetings.booking.links import link_of
        from isthmus.meetings.models import Meeting
        from isthmus.messages.writing import fields
        from isthmus.sales import timeline
        from isthmus.sales.day import offering
        from isthmus.workspace import records

        merging.declare()
        fields.declare("sender.booking_link", _("Your booking link"), "sender", link_of)
        timeline.judged_by("meeting", "meeting_id", queries.reached)
        offering.offer("meetings", day.meetings_of_today)
        records.register(
            "meeting",
            lambda actor: Meeting.objects.visible_to(actor),
            editing="meetings.edit",
            credit=lambda meeting: {"owner": meeting.owner_id, "team": meeting.team_id},
            of_persons=lambda persons: Meeting.objects.filter(person__in=persons).values_list(
                "pk", flat=True
            ),
        )
