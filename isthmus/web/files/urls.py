"""The addresses of attached files."""

from django.urls import path

from isthmus.web.files import views

urlpatterns = [
    path("files/<slug:kind>/<int:pk>/", views.attach, name="attach-files"),
    path("files/<int:pk>/", views.file, name="file"),
    path("files/<int:pk>/rename/", views.rename, name="rename-file"),
    path("files/<int:pk>/remove/", views.remove, name="remove-file"),
]
