"""The addresses of people."""

from django.urls import path

from isthmus.web.people import forgetting, views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/export.csv", views.export, name="people-export"),
    path("people/new/", views.new, name="new-person"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/edit/", views.edit, name="edit-person"),
    path("people/<int:pk>/log/", views.log, name="person-log"),
    path("people/<int:pk>/everything/", forgetting.everything, name="person-everything"),
    path("people/<int:pk>/everything.<str:form>", forgetting.handed_over, name="person-handed-over"),
    path("people/<int:pk>/erase/", forgetting.erase, name="erase-person"),
    path("people/<int:pk>/erase/for-ever/", forgetting.erase_for_ever, name="erase-person-for-ever"),
    path("people/<int:pk>/consent/", views.consent, name="person-consent"),
]
