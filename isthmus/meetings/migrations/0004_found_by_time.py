"""Meetings found by when they begin, taken times by when they end."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0003_one_time_of_a_series'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['starts_at'], name='meetings_starts'),
        ),
        migrations.RemoveIndex(
            model_name='busy',
            name='meetings_busy_calendar',
        ),
        migrations.AddIndex(
            model_name='busy',
            index=models.Index(fields=['calendar', 'ends_at', 'starts_at'], name='meetings_busy_ends'),
        ),
    ]
