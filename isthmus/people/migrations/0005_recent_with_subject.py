"""The list of people passes over those whom a figure leaves out in its index, without looking at their rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_lighter_writing")]

    operations = [
        migrations.RemoveIndex(model_name="person", name="people_person_recent"),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["-updated_at", "-id", "subject"], name="people_person_recent"),
        ),
    ]
