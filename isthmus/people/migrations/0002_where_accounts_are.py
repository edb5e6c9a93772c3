"""Of an account its region, postal code and revenue are known too: territories go by them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_tables")]

    operations = [
        migrations.AddField(
            "account", "region", models.CharField(blank=True, db_default="", default="", max_length=80)
        ),
        migrations.AddField(
            "account", "postcode", models.CharField(blank=True, db_default="", default="", max_length=16)
        ),
        migrations.AddField("account", "revenue", models.BigIntegerField(null=True)),
    ]
