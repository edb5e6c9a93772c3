"""The addresses of orders, invoices and subscriptions."""

from django.urls import path

from isthmus.web.orders import acts, views

urlpatterns = [
    path("orders/<int:pk>/", views.order, name="order"),
    path("orders/<int:pk>/<slug:name>/", acts.act_on_order, name="order-act"),
    path("invoices/<int:pk>/", views.invoice, name="invoice"),
    path("invoices/<int:pk>/<slug:name>/", acts.act_on_invoice, name="invoice-act"),
    path("subscriptions/<int:pk>/<slug:name>/", acts.act_on_subscription, name="subscription-act"),
]
