from django.urls import path

from isthmus.web.bulk import views

urlpatterns = [
    path("changes/<slug:name>/new/", views.new, name="new-bulk-edit"),
    path("changes/<int:pk>/", views.bulk_edit, name="bulk-edit"),
    path("changes/<int:pk>/start/", views.start, name="start-bulk-edit"),
    path("changes/<int:pk>/stop/", views.stop, name="stop-bulk-edit"),
    path("changes/<int:pk>/go-on/", views.go_on, name="go-on-with-bulk-edit"),
]
