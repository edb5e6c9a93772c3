"""The addresses of imports."""

from django.urls import path

from isthmus.web.imports import acts, columns, undoing, views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.new, name="new-import"),
    path("imports/<int:pk>/", views.one, name="import"),
    path("imports/<int:pk>/columns/", columns.columns, name="import-columns"),
    path("imports/<int:pk>/preview/", views.preview_rows, name="import-preview"),
    path("imports/<int:pk>/bad-rows/<int:number>.csv", views.bad_rows, name="import-bad-rows"),
    path("imports/<int:pk>/correct/", views.correct, name="correct-import"),
    path("imports/<int:pk>/recipe/", acts.save, name="save-import-recipe"),
    path("imports/<int:pk>/recipe.toml", views.recipe, name="import-recipe"),
    path("imports/<int:pk>/undo/", undoing.undo, name="undo-import"),
    path("imports/<int:pk>/kept-rows.csv", undoing.kept_rows, name="import-kept-rows"),
    path("imports/<int:pk>/<slug:name>/", acts.act, name="import-act"),
]
