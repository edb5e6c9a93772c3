"""The tables of sources and what could not be read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [
        ('collect', name)
        for name in (
            '0001_sources',
            '0002_repairs',
            '0003_erased',
        )
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Agent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text_hash', models.BinaryField(max_length=16, unique=True)),
                ('text', models.CharField(max_length=500)),
                ('machine', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, max_length=60)),
                ('judged', models.BooleanField(null=True)),
                ('judged_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ChannelRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rules', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DeclaredProperty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(blank=True, max_length=200)),
                ('name', models.CharField(max_length=100)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('event', 'name'), name='collect_declared_once')],
            },
        ),
        migrations.CreateModel(
            name='Erased',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.BinaryField(max_length=16, unique=True)),
                ('until_us', models.BigIntegerField()),
                ('done_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('kind', models.CharField(choices=[('site', 'Website'), ('server', 'Server')], max_length=8)),
                ('write_key', models.CharField(max_length=64, unique=True)),
                ('former_key', models.CharField(max_length=64, null=True, unique=True)),
                ('former_until', models.DateTimeField(null=True)),
                ('origins', models.JSONField(default=list)),
                ('alarm_hours', models.PositiveSmallIntegerField(null=True)),
                ('alarmed_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('off_since', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Quarantined',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.BigIntegerField()),
                ('received_us', models.BigIntegerField()),
                ('endpoint', models.CharField(max_length=12)),
                ('reason', models.CharField(max_length=40)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('event', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField()),
                ('agent', models.CharField(blank=True, max_length=500)),
                ('visitor', models.CharField(blank=True, max_length=32)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('replayed', 'Replayed'), ('discarded', 'Discarded')], default='waiting', max_length=10)),
                ('state_at', models.DateTimeField(null=True)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quarantined', to='collect.source')),
            ],
            options={
                'indexes': [models.Index(models.F('state'), models.F('reason'), models.OrderBy(models.F('id'), descending=True), name='quarantined_by_reason'), models.Index(models.F('source'), models.F('state'), models.F('reason'), models.F('event'), models.OrderBy(models.F('id'), descending=True), name='quarantined_by_group')],
            },
        ),
        migrations.CreateModel(
            name='Repair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=40)),
                ('event', models.CharField(blank=True, max_length=200)),
                ('act', models.CharField(choices=[('replay', 'Send again'), ('discard', 'Throw away')], max_length=8)),
                ('rules', models.JSONField(default=list)),
                ('chosen', models.JSONField(null=True)),
                ('total', models.PositiveIntegerField()),
                ('upto', models.BigIntegerField()),
                ('after', models.BigIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('left', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collect.source')),
            ],
            options={
                'indexes': [models.Index(models.F('source'), models.OrderBy(models.F('id'), descending=True), name='repair_by_source')],
            },
        ),
        migrations.CreateModel(
            name='SourceCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('acknowledged', models.BigIntegerField(default=0)),
                ('facts', models.BigIntegerField(default=0)),
                ('duplicates', models.BigIntegerField(default=0)),
                ('quarantined', models.BigIntegerField(default=0)),
                ('last_us', models.BigIntegerField(default=0)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='collect.source')),
                ('replayed', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'day'), name='collect_one_count_a_day')],
            },
        ),
    ]
