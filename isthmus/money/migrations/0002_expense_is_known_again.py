"""An expense that an import brought is known when its file comes once more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("money", "0001_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="expense",
            name="external_id",
            field=models.CharField(max_length=32, null=True, unique=True),
        ),
    ]
