"""The addresses of the calendar."""

from django.urls import path

from isthmus.web.meetings import acts, feeds, mine, taken, views

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/new/", acts.new, name="new-meeting"),
    path("calendar/taken/", taken.taken, name="meeting-taken"),
    path("calendar/mine/", mine.calendars, name="my-calendars"),
    path("calendar/mine/connect/", mine.connect, name="connect-calendar"),
    path("calendar/mine/subscribe/", mine.subscribe, name="subscribe-calendar"),
    path("calendar/mine/publish/", mine.publish, name="publish-calendar"),
    path("calendar/mine/servers/<int:pk>/choose/", mine.choose, name="choose-calendars"),
    path("calendar/mine/servers/<int:pk>/look/", mine.look, name="look-for-calendars"),
    path("calendar/mine/feeds/<int:pk>/revoke/", mine.revoke, name="revoke-feed"),
    path("calendar/mine/<int:pk>/edit/", mine.edit, name="edit-calendar"),
    path("calendar/mine/<int:pk>/<slug:name>/", mine.act, name="calendar-act"),
    path("calendar/feed/<str:token>.ics", feeds.feed, name="calendar-feed"),
    path("calendar/<int:pk>/", views.meeting, name="meeting"),
    path("calendar/<int:pk>/<slug:name>/", acts.act, name="meeting-act"),
]
