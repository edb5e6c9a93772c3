"""A change of many records may be prepared first: its records are found in the background."""

from django.db import migrations, models

STATES = [
    ("preparing", "Being prepared"),
    ("trying", "Being tried"),
    ("tried", "Tried"),
    ("changing", "Under way"),
    ("changed", "Done"),
    ("restoring", "Being taken back"),
    ("restored", "Taken back"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("bulk", "0002_given_to_others"),
    ]

    operations = [
        migrations.AlterField(
            model_name="bulkedit",
            name="state",
            field=models.CharField(choices=STATES, default="trying", max_length=10),
        ),
        migrations.AlterField(
            model_name="bulkpart",
            name="reached",
            field=models.CharField(choices=STATES, default="trying", max_length=10),
        ),
    ]
