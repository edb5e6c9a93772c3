"""The addresses of expenses, salaries and the cost of selling."""

from django.urls import path

from isthmus.web.costs import acts, entering, salaries, selling, views

urlpatterns = [
    path("expenses/", views.expenses, name="expenses"),
    path("expenses/new/", entering.new, name="new-expense"),
    path("expenses/<int:pk>/", views.expense, name="expense"),
    path("expenses/<int:pk>/<slug:name>/", acts.act, name="expense-act"),
    path("selling-cost/", selling.selling_cost, name="selling-cost"),
    path("salaries/", salaries.salaries, name="salaries"),
    path("salaries/set/", salaries.set_salary, name="set-salary"),
]
