"""Records of several kinds are given to others in one edit."""

from django.db import migrations, models

LISTS = [
    ("people", "People"), ("accounts", "Accounts"), ("leads", "Leads"), ("deals", "Deals"),
    ("given", "Given to others"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("bulk", "0001_tables")]

    operations = [
        migrations.AlterField("bulkedit", "list", models.CharField(choices=LISTS, max_length=8)),
        migrations.AddField("bulkedit", "automations", models.JSONField(null=True)),
        migrations.AddField("bulkedit", "left_out", models.JSONField(db_default={}, default=dict)),
        migrations.AddField(
            "bulkpart", "list", models.CharField(blank=True, db_default="", default="", max_length=8)
        ),
        migrations.AddField("bulkpart", "changes", models.JSONField(null=True)),
        migrations.AddField("bulkpart", "before", models.JSONField(null=True)),
        migrations.AddField("bulkpart", "versions", models.JSONField(db_default={}, default=dict)),
    ]
