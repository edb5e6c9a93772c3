"""The tables of the inbox, the manifest of sealed files and the subjects."""

import django.db.models.deletion
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [
        ('ledger', name)
        for name in (
            '0001_spine',
            '0002_account_merges',
            '0003_collected_columns',
            '0004_segments',
            '0005_streamed_units',
        )
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='InboxFact',
            fields=[
                ('seq', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.BinaryField(max_length=16, unique=True)),
                ('kind', models.CharField(max_length=80)),
                ('occurred_us', models.BigIntegerField()),
                ('received_us', models.BigIntegerField()),
                ('stream_id', models.TextField(null=True)),
                ('subject', models.BigIntegerField(null=True)),
                ('account_id', models.BigIntegerField(null=True)),
                ('lead_id', models.BigIntegerField(null=True)),
                ('deal_id', models.BigIntegerField(null=True)),
                ('order_id', models.BigIntegerField(null=True)),
                ('campaign_id', models.BigIntegerField(null=True)),
                ('content_id', models.BigIntegerField(null=True)),
                ('product_id', models.BigIntegerField(null=True)),
                ('landing_page', models.TextField(null=True)),
                ('channel', models.TextField(null=True)),
                ('utm_source', models.TextField(null=True)),
                ('owner', models.BigIntegerField(null=True)),
                ('team', models.BigIntegerField(null=True)),
                ('territory', models.BigIntegerField(null=True)),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('region', models.TextField(null=True)),
                ('locale', models.TextField(null=True)),
                ('amount', models.BigIntegerField(null=True)),
                ('amount_base', models.BigIntegerField(null=True)),
                ('currency', models.TextField(null=True)),
                ('quantity', models.BigIntegerField(null=True)),
                ('natural_key', models.TextField(null=True)),
                ('revision', models.IntegerField(default=0)),
                ('batch', models.TextField(null=True)),
                ('schema_version', models.SmallIntegerField()),
                ('props', models.TextField(null=True)),
                ('agent', models.BigIntegerField(null=True)),
                ('click_id', models.TextField(null=True)),
                ('event', models.TextField(null=True)),
                ('host', models.TextField(null=True)),
                ('path', models.TextField(null=True)),
                ('referrer', models.TextField(null=True)),
                ('source_id', models.BigIntegerField(null=True)),
                ('utm_campaign', models.TextField(null=True)),
                ('utm_content', models.TextField(null=True)),
                ('utm_medium', models.TextField(null=True)),
                ('utm_term', models.TextField(null=True)),
            ],
            options={
                'db_table': 'ledger_inbox',
                'indexes': [models.Index(condition=models.Q(('subject__isnull', False)), fields=['subject'], name='inbox_subject'), models.Index(condition=models.Q(('account_id__isnull', False)), fields=['account_id'], name='inbox_account'), models.Index(condition=models.Q(('lead_id__isnull', False)), fields=['lead_id'], name='inbox_lead'), models.Index(condition=models.Q(('deal_id__isnull', False)), fields=['deal_id'], name='inbox_deal')],
            },
        ),
        migrations.CreateModel(
            name='MachineVerdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent', models.BigIntegerField(db_index=True)),
                ('machine', models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name='MirrorState',
            fields=[
                ('table', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('path', models.CharField(max_length=200)),
                ('rows', models.PositiveIntegerField()),
                ('began_at', models.DateTimeField()),
                ('fingerprint', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='NaturalKey',
            fields=[
                ('key', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('fact_id', models.BinaryField(max_length=16)),
                ('revision', models.IntegerField()),
                ('occurred_us', models.BigIntegerField()),
                ('received_us', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Retraction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact_id', models.BinaryField(max_length=16, null=True)),
                ('occurred_us', models.BigIntegerField(null=True)),
                ('batch', models.TextField(null=True)),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('received_us', models.BigIntegerField()),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('batch__isnull', True), ('fact_id__isnull', False)), models.Q(('batch__isnull', False), ('fact_id__isnull', True)), _connector='OR'), name='retraction_names_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('natural_key', models.CharField(db_index=True, max_length=200)),
                ('fact_id', models.BinaryField(max_length=16, unique=True)),
                ('revision', models.IntegerField()),
                ('occurred_us', models.BigIntegerField()),
                ('received_us', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('key_hash', models.BinaryField(max_length=32, null=True, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('seal', 'Seal'), ('merge', 'Merge'), ('erase', 'Erase'), ('stream', 'Stream')], max_length=8)),
                ('sealed_at', models.DateTimeField()),
                ('rows', models.PositiveIntegerField()),
                ('duplicates', models.PositiveIntegerField(default=0)),
                ('collected', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='SealedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=200, unique=True)),
                ('month', models.CharField(max_length=7)),
                ('level', models.PositiveSmallIntegerField(default=0)),
                ('rows', models.PositiveIntegerField()),
                ('bytes', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('min_occurred_us', models.BigIntegerField()),
                ('max_occurred_us', models.BigIntegerField()),
                ('min_received_us', models.BigIntegerField()),
                ('max_received_us', models.BigIntegerField()),
                ('min_id', models.BinaryField(max_length=16)),
                ('max_id', models.BinaryField(max_length=16)),
                ('schema_version', models.PositiveSmallIntegerField()),
                ('superseded_reason', models.CharField(blank=True, max_length=200)),
                ('superseded_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('verified_at', models.DateTimeField()),
                ('verified_size', models.BigIntegerField()),
                ('verified_mtime_ns', models.BigIntegerField()),
                ('verified_ctime_ns', models.BigIntegerField()),
                ('verified_inode', models.BigIntegerField()),
                ('superseded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_files', to='ledger.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='ledger.unit')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('superseded_by__isnull', True)), fields=['month'], name='current_files')],
            },
        ),
        migrations.CreateModel(
            name='SubjectKey',
            fields=[
                ('subject', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='ledger.subject')),
                ('wrapped', models.BinaryField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('destroyed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SubjectMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('received_us', models.BigIntegerField()),
                ('undone_us', models.BigIntegerField(null=True)),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('loser', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges_lost', to='ledger.subject')),
                ('winner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges_won', to='ledger.subject')),
                ('loser_account', models.BigIntegerField(null=True)),
                ('winner_account', models.BigIntegerField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('loser', models.F('winner')), _negated=True), name='merge_of_two'), models.UniqueConstraint(condition=models.Q(('undone_us__isnull', True)), fields=('loser',), name='merged_into_one')],
            },
        ),
        migrations.CreateModel(
            name='TakenSegment',
            fields=[
                ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='ledger.unit')),
            ],
        ),
    ]
