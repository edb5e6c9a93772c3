"""Single times of a series, and what guests were told of each."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0002_booking_pages'),
    ]

    operations = [
        migrations.AddField(
            model_name='meeting',
            name='exceptions',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='busy',
            name='at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='invitation',
            name='time',
            field=models.DateTimeField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name='invitation',
            name='meetings_told_once',
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(
                condition=Q(('time', None)), fields=('meeting', 'method', 'sequence'), name='meetings_told_once'
            ),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(
                condition=Q(('time__isnull', False)),
                fields=('meeting', 'method', 'sequence', 'time'),
                name='meetings_told_of_a_time_once',
            ),
        ),
    ]
