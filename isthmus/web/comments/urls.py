"""The addresses of comments."""

from django.urls import path

from isthmus.web.comments import views

urlpatterns = [
    path("comments/named/", views.named, name="comment-names"),
    path("comments/<slug:kind>/<int:pk>/", views.add, name="add-comment"),
    path("comments/<int:pk>/remove/", views.remove, name="remove-comment"),
]
