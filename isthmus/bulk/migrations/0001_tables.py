"""The tables of changes to many records."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [
        ('bulk', name)
        for name in (
            '0001_bulk_edits',
            '0002_stopping',
        )
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='BulkEdit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(choices=[('people', 'People'), ('accounts', 'Accounts'), ('leads', 'Leads'), ('deals', 'Deals')], max_length=8)),
                ('changes', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('total', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('trying', 'Being tried'), ('tried', 'Tried'), ('changing', 'Under way'), ('changed', 'Done'), ('restoring', 'Being taken back'), ('restored', 'Taken back')], default='trying', max_length=10)),
                ('counts', models.JSONField(default=dict)),
                ('actor_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('started_batch', models.UUIDField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['actor_id', '-id'], name='bulk_edit_own')],
            },
        ),
        migrations.CreateModel(
            name='BulkPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('ids', models.JSONField()),
                ('reached', models.CharField(choices=[('trying', 'Being tried'), ('tried', 'Tried'), ('changing', 'Under way'), ('changed', 'Done'), ('restoring', 'Being taken back'), ('restored', 'Taken back')], default='trying', max_length=10)),
                ('batch', models.UUIDField(null=True)),
                ('changed', models.JSONField(default=list)),
                ('edit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='bulk.bulkedit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('edit', 'number'), name='bulk_part_once')],
            },
        ),
    ]
