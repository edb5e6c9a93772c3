"""Views of lists that people save, and with which one a list opens."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LISTS = [("people", "People"), ("accounts", "Accounts"), ("leads", "Leads"), ("deals", "Deals")]
REACHES = [("own", "Only me"), ("team", "My team"), ("all", "Everybody")]


class Migration(migrations.Migration):
    dependencies = [("workspace", "0001_spine")]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("list", models.CharField(choices=LISTS, max_length=8)),
                ("name", models.CharField(max_length=60)),
                ("query", models.TextField(blank=True)),
                ("reach", models.CharField(choices=REACHES, default="own", max_length=4)),
                ("replaced", models.JSONField(default=dict)),
                ("replaced_by", models.UUIDField(null=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspace.team",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "indexes": [models.Index(fields=["list", "reach"], name="workspace_view_list")],
            },
        ),
        migrations.CreateModel(
            name="DefaultView",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("list", models.CharField(choices=LISTS, max_length=8)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "view",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspace.savedview",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["user", "list"], name="workspace_one_default_view_a_list"
                    )
                ],
            },
        ),
    ]
