"""The addresses of somebody's day and of tasks."""

from django.urls import path

from isthmus.web.day import acts, answered, page, quota, tasks

urlpatterns = [
    path("day/", page.my_day, name="my-day"),
    path("day/queue/", page.queue, name="my-day-queue"),
    path("day/quota/", quota.quota, name="my-day-quota"),
    path("day/answered/", answered.answered, name="my-day-answered"),
    path("day/<slug:name>/", acts.act, name="my-day-act"),
    path("tasks/", tasks.all_tasks, name="tasks"),
    path("tasks/export.csv", tasks.export, name="tasks-export"),
    path("tasks/new/", tasks.new, name="new-task"),
    path("tasks/<int:pk>/", tasks.edit, name="task"),
    path("tasks/<int:pk>/<slug:name>/", tasks.act, name="task-act"),
]
