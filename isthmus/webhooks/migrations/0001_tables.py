"""The tables of messages to other systems."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [
        ('webhooks', name)
        for name in (
            '0001_endpoints',
            '0002_last_failure',
        )
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=500)),
                ('description', models.CharField(blank=True, max_length=200)),
                ('kinds', models.JSONField(default=list)),
                ('with_imports', models.BooleanField(default=False)),
                ('secret', models.TextField(blank=True)),
                ('former_secret', models.TextField(blank=True)),
                ('former_until', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('off_since', models.DateTimeField(null=True)),
                ('off_because', models.CharField(blank=True, choices=[('chosen', 'Switched off here'), ('gone', 'The other side answered that it is gone for good (410)'), ('failing', 'Nothing got through for days')], max_length=8)),
                ('failing_since', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('failed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('off_because', ''), ('off_since', None)), models.Q(('off_since__isnull', False), models.Q(('off_because', ''), _negated=True)), _connector='OR'), name='webhook_off_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=60)),
                ('body', models.TextField()),
                ('state', models.CharField(choices=[('waiting', 'On its way'), ('delivered', 'Delivered'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('runs', models.PositiveIntegerField(default=0)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('tried_at', models.DateTimeField(null=True)),
                ('next_at', models.DateTimeField(null=True)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('milliseconds', models.PositiveIntegerField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='webhooks.webhook')),
            ],
            options={
                'indexes': [models.Index(models.F('webhook'), models.OrderBy(models.F('made_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='webhook_latest'), models.Index(models.F('webhook'), models.F('state'), models.F('made_at'), name='webhook_by_state'), models.Index(models.F('state'), models.F('next_at'), name='webhook_due'), models.Index(models.F('made_at'), name='webhook_age')],
                'constraints': [models.UniqueConstraint(fields=('webhook', 'message_id'), name='webhook_one_message_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), ('next_at__isnull', False)), models.Q(models.Q(('state', 'waiting'), _negated=True), ('next_at', None)), _connector='OR'), name='webhook_waiting_until')],
            },
        ),
    ]
