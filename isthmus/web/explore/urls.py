"""The addresses of the metrics."""

urlpatterns: list[object] = []
