"""Views can be saved of the list of tasks."""

from django.db import migrations, models

LISTS = [
    ("people", "People"),
    ("accounts", "Accounts"),
    ("leads", "Leads"),
    ("deals", "Deals"),
    ("quotes", "Quotes"),
    ("tasks", "Tasks"),
]


class Migration(migrations.Migration):
    dependencies = [("workspace", "0006_views_of_quotes")]

    operations = [
        migrations.AlterField("savedview", "list", models.CharField(choices=LISTS, max_length=8)),
        migrations.AlterField("defaultview", "list", models.CharField(choices=LISTS, max_length=8)),
    ]
