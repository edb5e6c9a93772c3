"""The addresses that belong to acts of every room: taking back, choosing a record."""

from django.urls import path

from isthmus.web.acts import calling, pickers, undoing

urlpatterns = [
    path("undo/<uuid:batch>/", undoing.undo, name="undo"),
    path("calls/<slug:kind>/<int:pk>/", calling.call, name="call"),
    path("pick/<str:kind>/", pickers.pick, name="pick"),
]
