"""The addresses of the metrics."""

from django.urls import path

from isthmus.web.explore import exporting, pages, rows

urlpatterns = [
    path("explore/", pages.catalogue_page, name="explore"),
    path("explore/go/", pages.go, name="metric-go"),
    path("explore/<slug:metric>/", pages.metric_page, name="metric"),
    path("explore/<slug:metric>/rows/", rows.rows_page, name="metric-rows"),
    path("explore/<slug:metric>/figures.csv", exporting.as_csv, name="metric-csv"),
    path("explore/<slug:metric>/figures.json", exporting.as_json, name="metric-json"),
]
