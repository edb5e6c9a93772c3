"""A territory has a currency, a time zone and holidays of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspace", "0001_tables")]

    operations = [
        migrations.AddField(
            "territory", "currency", models.CharField(blank=True, db_default="", default="", max_length=3)
        ),
        migrations.AddField(
            "territory", "time_zone", models.CharField(blank=True, db_default="", default="", max_length=64)
        ),
        migrations.AddField(
            "territory", "holidays", models.CharField(blank=True, db_default="", default="", max_length=10)
        ),
    ]
