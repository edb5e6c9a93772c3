"""How often somebody may be contacted is the company's to say."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_where_accounts_are")]

    operations = [
        migrations.CreateModel(
            "ContactLimit",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("most", models.PositiveSmallIntegerField(default=4)),
                ("days", models.PositiveSmallIntegerField(default=7)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(pk=1), name="people_one_contact_limit")
                ],
            },
        ),
    ]
