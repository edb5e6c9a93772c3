"""The addresses of the palette, of stars and of what was seen."""

from django.urls import path

from isthmus.web.palette import views

urlpatterns = [
    path("palette/", views.palette, name="palette"),
    path("palette/options/", views.options, name="palette-options"),
    path("palette/do/<slug:name>/", views.act, name="palette-act"),
    path("favourites/<slug:kind>/<int:pk>/", views.star, name="star"),
    path("seen/<slug:kind>/<int:pk>/", views.seen, name="seen"),
]
