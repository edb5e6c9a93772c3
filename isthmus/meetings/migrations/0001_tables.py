"""The tables of calendars and meetings."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('leads', '0001_tables'),
        ('people', '0001_tables'),
        ('sales', '0001_tables'),
        ('workspace', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarServer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=500)),
                ('login', models.CharField(max_length=254)),
                ('secret', models.TextField(blank=True)),
                ('found', models.JSONField(default=list)),
                ('looked_at', models.DateTimeField(null=True)),
                ('looking', models.BooleanField(default=False)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('made_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('own', 'Here'), ('caldav', 'On a calendar server'), ('ics', 'At an address that is read')], max_length=6)),
                ('name', models.CharField(max_length=120)),
                ('address', models.CharField(blank=True, max_length=500)),
                ('shared', models.BooleanField(default=False)),
                ('counts_as_busy', models.BooleanField(default=True)),
                ('is_written_to', models.BooleanField(default=False)),
                ('can_write', models.BooleanField(default=True)),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('sync_token', models.TextField(blank=True)),
                ('ctag', models.CharField(blank=True, max_length=300)),
                ('last_modified', models.CharField(blank=True, max_length=100)),
                ('made_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('failing_since', models.DateTimeField(null=True)),
                ('on_server', models.PositiveIntegerField(null=True)),
                ('here', models.PositiveIntegerField(default=0)),
                ('unreadable', models.JSONField(default=dict)),
                ('compared_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
                ('server', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calendars', to='meetings.calendarserver')),
            ],
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(max_length=255)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('zone', models.CharField(max_length=64)),
                ('all_day', models.BooleanField(default=False)),
                ('place', models.CharField(blank=True, max_length=500)),
                ('notes', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('tentative', 'Tentative'), ('confirmed', 'Confirmed'), ('cancelled', 'Cancelled'), ('held', 'Held'), ('missed', 'Nobody came')], default='confirmed', max_length=9)),
                ('shows_as', models.CharField(choices=[('busy', 'Busy'), ('free', 'Free')], default='busy', max_length=4)),
                ('is_private', models.BooleanField(default=False)),
                ('recurrence', models.CharField(blank=True, max_length=500)),
                ('href', models.CharField(blank=True, max_length=600)),
                ('etag', models.CharField(blank=True, max_length=300)),
                ('remote_text', models.TextField(blank=True)),
                ('sent', models.JSONField(default=list)),
                ('to_write', models.CharField(blank=True, default='', max_length=6)),
                ('kept_note', models.TextField(blank=True)),
                ('made_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='people.account')),
                ('activity', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='sales.activity')),
                ('calendar', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='meetings.calendar')),
                ('deal', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='sales.deal')),
                ('lead', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='leads.lead')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='people.person')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
            ],
        ),
        migrations.CreateModel(
            name='Busy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('title', models.CharField(blank=True, max_length=300)),
                ('blocks', models.BooleanField(default=True)),
                ('calendar', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='busy', to='meetings.calendar')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='times', to='meetings.meeting')),
            ],
            options={
                'verbose_name_plural': 'busy times',
            },
        ),
        migrations.CreateModel(
            name='Attendee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(blank=True, max_length=254)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('role', models.CharField(choices=[('organizer', 'Organizer'), ('required', 'Asked'), ('optional', 'If they can')], default='required', max_length=9)),
                ('answer', models.CharField(choices=[('needs_action', 'No answer yet'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('tentative', 'Perhaps')], default='needs_action', max_length=12)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendees', to='meetings.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('with_words', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['owner', 'revoked_at'], name='meetings_feed_owner')],
            },
        ),
        migrations.AddConstraint(
            model_name='calendar',
            constraint=models.UniqueConstraint(condition=models.Q(('source', 'own')), fields=('owner',), name='meetings_one_own'),
        ),
        migrations.AddConstraint(
            model_name='calendar',
            constraint=models.UniqueConstraint(condition=models.Q(('is_written_to', True)), fields=('owner',), name='meetings_one_written_to'),
        ),
        migrations.AddConstraint(
            model_name='calendar',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None), models.Q(('source', 'own'), _negated=True)), fields=('owner', 'address'), name='meetings_one_row_an_address'),
        ),
        migrations.AddConstraint(
            model_name='calendar',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source', 'ics'), _negated=True), ('is_written_to', False), _connector='OR'), name='meetings_ics_is_only_read'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['owner', 'starts_at'], name='meetings_owner_starts'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['calendar', 'href'], name='meetings_calendar_href'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['person', '-starts_at'], name='meetings_person'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['account', '-starts_at'], name='meetings_account'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['deal', '-starts_at'], name='meetings_deal'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['lead', '-starts_at'], name='meetings_lead'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(condition=models.Q(('to_write', ''), _negated=True), fields=['id'], name='meetings_to_write'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('calendar', 'uid'), name='meetings_one_row_a_uid'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('starts_at'))), name='meetings_end_after_start'),
        ),
        migrations.AddIndex(
            model_name='busy',
            index=models.Index(fields=['calendar', 'starts_at'], name='meetings_busy_calendar'),
        ),
        migrations.AddConstraint(
            model_name='attendee',
            constraint=models.UniqueConstraint(condition=models.Q(('email', ''), _negated=True), fields=('meeting', 'email'), name='meetings_one_seat_an_address'),
        ),
    ]
