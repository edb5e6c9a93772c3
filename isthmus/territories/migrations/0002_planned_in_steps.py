"""A reassignment is planned in steps: how far it is, and where each customer that was met goes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bulk", "0003_preparing"),
        ("territories", "0001_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="reassignment",
            name="planning",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.CreateModel(
            name="PlannedUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("number", models.BigIntegerField()),
                ("owner_id", models.BigIntegerField(null=True)),
                ("territory_id", models.BigIntegerField(null=True)),
                (
                    "reassignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="units",
                        to="territories.reassignment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reassignment", "kind", "number"), name="territories_unit_once"
                    )
                ],
            },
        ),
    ]
