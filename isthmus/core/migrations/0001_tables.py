"""The tables of the queue and the runs of commands."""

import django.db.models.deletion
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [
        ('core', name)
        for name in (
            '0001_queue',
            '0002_command_runs',
            '0003_held_jobs',
        )
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CommandRun',
            fields=[
                ('batch', models.UUIDField(primary_key=True, serialize=False)),
                ('command', models.CharField(max_length=80)),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('facts', models.PositiveIntegerField()),
                ('rows', models.PositiveIntegerField(default=1)),
                ('undo_command', models.CharField(blank=True, max_length=80)),
                ('undo_arguments', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['-at', 'batch'], name='core_run_recent')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='job_one_hold')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('args', models.JSONField(default=dict)),
                ('key', models.CharField(max_length=200, null=True, unique=True)),
                ('state', models.CharField(choices=[('ready', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('dead', 'Failed'), ('cancelled', 'Cancelled'), ('held', 'Held back')], default='ready', max_length=10)),
                ('priority', models.SmallIntegerField(default=0)),
                ('run_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('max_attempts', models.PositiveIntegerField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, default='', max_length=100)),
                ('fence', models.BigIntegerField(default=0)),
                ('progress_done', models.BigIntegerField(default=0)),
                ('progress_best', models.BigIntegerField(default=0)),
                ('progress_total', models.BigIntegerField(null=True)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('last_error', models.CharField(blank=True, default='', max_length=500)),
                ('error_detail', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('state'), models.F('run_at'), name='job_due'), models.Index(models.F('state'), models.F('lease_until'), name='job_lease'), models.Index(models.F('state'), models.F('priority'), models.F('run_at'), models.F('id'), name='job_claim'), models.Index(models.F('state'), models.F('finished_at'), name='job_finished'), models.Index(models.F('name'), models.F('state'), name='job_name_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_until__isnull', True)), _connector='OR'), name='job_lease_while_running')],
            },
        ),
        migrations.CreateModel(
            name='WorkerBeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('host', models.CharField(max_length=255)),
                ('pid', models.PositiveIntegerField()),
                ('threads', models.PositiveSmallIntegerField()),
                ('busy', models.PositiveSmallIntegerField(default=0)),
                ('started_at', models.DateTimeField()),
                ('beat_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('last_slot', models.DateTimeField()),
                ('last_job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job')),
            ],
        ),
    ]
