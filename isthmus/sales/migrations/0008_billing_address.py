"""A quote says who is invoiced, and where."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0007_skills")]

    operations = [
        migrations.AddField(
            "quote", "billing_address", models.TextField(blank=True, default=""), preserve_default=False
        ),
    ]
