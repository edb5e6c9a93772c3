"""The tables of flows, their runs and their steps."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [('flows', '0001_machine')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Flow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('on', 'On'), ('paused', 'Paused'), ('removed', 'Removed')], default='draft', max_length=8)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['name', 'pk'],
                'indexes': [models.Index(fields=['kind', 'state'], name='flows_flow_kind')],
            },
        ),
        migrations.CreateModel(
            name='FlowVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('active', 'Active'), ('past', 'Followed by another')], default='draft', max_length=8)),
                ('spec', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('activated_at', models.DateTimeField(null=True)),
                ('acts_as', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('flow', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='flows.flow')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['flow', '-number'],
                'constraints': [models.UniqueConstraint(fields=('flow', 'number'), name='flows_version_number'), models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('flow',), name='flows_one_active_version'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('flow',), name='flows_one_draft')],
            },
        ),
        migrations.CreateModel(
            name='FlowRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('record_kind', models.CharField(blank=True, max_length=12)),
                ('record_id', models.BigIntegerField(null=True)),
                ('person_id', models.BigIntegerField(null=True)),
                ('fact', models.JSONField(default=dict)),
                ('chain', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('running', 'Running'), ('paused', 'Paused'), ('done', 'Done'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='running', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('done_before', models.JSONField(default=list)),
                ('looped', models.BooleanField(default=False)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('flow', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='flows.flow')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='flows.flowversion')),
            ],
            options={
                'indexes': [models.Index(fields=['flow', '-began_at'], name='flows_run_recent'), models.Index(fields=['flow', 'state', '-began_at'], name='flows_run_state'), models.Index(fields=['record_kind', 'record_id', '-began_at'], name='flows_run_record'), models.Index(fields=['person_id', 'state'], name='flows_run_person')],
                'constraints': [models.UniqueConstraint(fields=('flow', 'key'), name='flows_run_once'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ['running', 'paused'])), models.Q(models.Q(('state__in', ['running', 'paused']), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='flows_run_ends_once')],
            },
        ),
        migrations.CreateModel(
            name='StepRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('key', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=8)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('held', 'Held'), ('done', 'Done'), ('failed', 'Failed'), ('dropped', 'Left out')], default='waiting', max_length=8)),
                ('entered_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('fence', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('input', models.JSONField(default=dict)),
                ('output', models.JSONField(default=dict)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('batch', models.CharField(blank=True, max_length=40)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='flows.flowrun')),
            ],
            options={
                'ordering': ['run', 'number'],
                'indexes': [models.Index(fields=['state', 'due_at'], name='flows_step_due')],
                'constraints': [models.UniqueConstraint(fields=('run', 'number'), name='flows_step_number'), models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'held'])), fields=('run',), name='flows_one_step_waits'), models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('state__in', ['waiting', 'held'])), models.Q(models.Q(('state__in', ['waiting', 'held']), _negated=True), ('done_at__isnull', False)), _connector='OR'), name='flows_step_ends_once')],
            },
        ),
    ]
