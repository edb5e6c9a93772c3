"""Views can be saved of the list of quotes."""

from django.db import migrations, models

LISTS = [
    ("people", "People"),
    ("accounts", "Accounts"),
    ("leads", "Leads"),
    ("deals", "Deals"),
    ("quotes", "Quotes"),
]


class Migration(migrations.Migration):
    dependencies = [("workspace", "0005_comments")]

    operations = [
        migrations.AlterField("savedview", "list", models.CharField(choices=LISTS, max_length=8)),
        migrations.AlterField("defaultview", "list", models.CharField(choices=LISTS, max_length=8)),
    ]
