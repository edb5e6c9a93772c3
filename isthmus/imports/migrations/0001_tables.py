"""The tables of runs of imports."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [
        ('imports', name)
        for name in (
            '0001_import_runs',
            '0002_undo',
            '0003_browser_imports',
            '0004_automations',
        )
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('core', '0001_tables'),
        ('workspace', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipe_name', models.CharField(max_length=200)),
                ('recipe_sha256', models.CharField(max_length=64)),
                ('recipe_text', models.TextField()),
                ('files', models.JSONField()),
                ('state', models.CharField(choices=[('draft', 'In preparation'), ('running', 'Running'), ('stopped', 'Stopped'), ('failed', 'Failed'), ('finished', 'Finished'), ('abandoned', 'Abandoned'), ('undoing', 'Being undone'), ('undone', 'Undone')], default='running', max_length=10)),
                ('section', models.PositiveIntegerField(default=0)),
                ('after', models.BigIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('undo_counts', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True)),
                ('bad_rows_count', models.PositiveIntegerField(default=0)),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='corrections', to='imports.importrun')),
                ('error', models.CharField(blank=True, default='', max_length=500)),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('progress', models.JSONField(default=dict)),
                ('rehearsal', models.JSONField(default=dict)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
                ('automations', models.JSONField(db_default=[], default=list)),
                ('set_off', models.JSONField(db_default={}, default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['recipe_sha256', 'state'], name='imports_run_recipe'), models.Index(fields=['-started_at', '-id'], name='imports_run_recent'), models.Index(fields=['owner', '-started_at'], name='imports_run_owner')],
            },
        ),
        migrations.CreateModel(
            name='SavedRecipe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('text', models.TextField()),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='BadRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('input', models.CharField(max_length=40)),
                ('row', models.BigIntegerField()),
                ('section', models.CharField(max_length=60)),
                ('reason', models.TextField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bad_rows', to='imports.importrun')),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'input', 'row'], name='imports_bad_row')],
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.PositiveIntegerField()),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField()),
                ('batch', models.UUIDField(unique=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='imports.importrun')),
                ('made', models.JSONField(null=True)),
                ('undone', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'undone', '-id'], name='imports_batch_to_undo')],
            },
        ),
        migrations.CreateModel(
            name='KeptRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=40)),
                ('row', models.BigIntegerField()),
                ('fate', models.CharField(choices=[('kept', 'Kept'), ('failed', 'Failed')], max_length=6)),
                ('reason', models.CharField(max_length=200)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept_rows', to='imports.importrun')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'model', 'row'), name='imports_kept_once')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('stored', models.CharField(max_length=50, unique=True)),
                ('bytes', models.BigIntegerField()),
                ('uploaded_at', models.DateTimeField()),
                ('forgotten_at', models.DateTimeField(null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='imports.importrun')),
            ],
        ),
        migrations.CreateModel(
            name='ChangedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=40)),
                ('row', models.BigIntegerField()),
                ('subject', models.BigIntegerField(null=True)),
                ('fields', models.TextField()),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changed', to='imports.importbatch')),
            ],
        ),
    ]
