"""The tables of people, accounts and their identifiers."""

import django.db.models.deletion
import isthmus.core.fields
from django.conf import settings
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce

# On SQLite the words are the table's own key, and the table is that key. Its index is made at the end, as all are.
WITHOUT_ROWID = (
    'DROP TABLE "people_searchtoken"',
    'CREATE TABLE "people_searchtoken" ("token" varchar(80) NOT NULL, "party" smallint unsigned NOT NULL '
    'CHECK ("party" >= 0), "party_id" bigint NOT NULL, PRIMARY KEY ("party", "token", "party_id")) WITHOUT ROWID',
)


def make_words_the_table(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in WITHOUT_ROWID:
            schema_editor.execute(statement)


class Migration(TablesAtOnce):

    replaces = [
        ('people', name)
        for name in (
            '0001_spine',
            '0002_erasures',
            '0003_merging',
            '0004_lighter_writing',
            '0005_recent_with_subject',
        )
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('workspace', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.BigIntegerField(unique=True)),
                ('name', models.CharField(blank=True, max_length=255)),
                ('domain', models.CharField(blank=True, max_length=255)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('city', models.CharField(blank=True, max_length=120)),
                ('industry', models.CharField(blank=True, max_length=80)),
                ('size', models.PositiveIntegerField(null=True)),
                ('custom', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('erased_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='people.account')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='people.account')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
            ],
            options={
                'indexes': [models.Index(fields=['-updated_at', '-id'], name='people_account_recent'), models.Index(fields=['name', 'id'], name='people_account_name'), models.Index(fields=['owner', '-updated_at'], name='people_account_owner'), models.Index(fields=['team', '-updated_at'], name='people_account_team')],
            },
        ),
        migrations.CreateModel(
            name='DuplicatePair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.PositiveSmallIntegerField(choices=[(1, 'people'), (2, 'accounts')])),
                ('one_id', models.BigIntegerField()),
                ('other_id', models.BigIntegerField()),
                ('score', models.PositiveSmallIntegerField()),
                ('signs', models.JSONField(default=list)),
                ('found_at', models.DateTimeField()),
                ('different_since', models.DateTimeField(null=True)),
                ('actor_id', models.BigIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('different_since', None)), fields=['party', '-score', 'id'], name='people_pair_likeliest'), models.Index(fields=['party', 'other_id'], name='people_pair_other')],
                'constraints': [models.CheckConstraint(condition=models.Q(('one_id__lt', models.F('other_id'))), name='people_pair_in_order'), models.UniqueConstraint(fields=('party', 'one_id', 'other_id'), name='people_pair_once')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.BigIntegerField(unique=True)),
                ('mark', models.CharField(max_length=64)),
                ('reason', models.CharField(choices=[('request', 'They asked for it'), ('objection', 'They object to being recorded'), ('retention', 'Kept long enough'), ('mistake', 'Should never have been recorded')], max_length=10)),
                ('at', models.DateTimeField()),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['finished_at', 'id'], name='people_erasure_waiting')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.PositiveSmallIntegerField(choices=[(1, 'people'), (2, 'accounts')])),
                ('kept_id', models.BigIntegerField()),
                ('lost_id', models.BigIntegerField()),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('choices', models.JSONField(default=dict)),
                ('greatest', models.JSONField()),
                ('stricter', models.JSONField(default=list)),
                ('received_us', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['party', 'kept_id'], name='people_merge_kept')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kept_id', models.F('lost_id')), _negated=True), name='people_merge_of_two'), models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('party', 'lost_id'), name='people_merged_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchToken',
            fields=[
                ('token', isthmus.core.fields.ByteOrderedText(max_length=80)),
                ('party', models.PositiveSmallIntegerField()),
                ('party_id', models.BigIntegerField()),
                ('pk', models.CompositePrimaryKey('party', 'token', 'party_id', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                'indexes': [models.Index(fields=['party', 'party_id', 'token'], name='people_search_party')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_hash', models.CharField(max_length=64, unique=True)),
                ('channel', models.CharField(choices=[('email', 'e-mail'), ('phone', 'phone'), ('sms', 'text message'), ('post', 'post')], max_length=8)),
                ('reason', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='AccountIdentifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('domain', 'domain'), ('external', 'id of another system'), ('name', 'name')], max_length=12)),
                ('value', models.CharField(max_length=320)),
                ('seen_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identifiers', to='people.account')),
                ('came_with', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.account')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'value'), name='people_one_account_holder')],
            },
        ),
        migrations.CreateModel(
            name='MergedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=60)),
                ('row_id', models.BigIntegerField()),
                ('came_later', models.BooleanField(default=False)),
                ('merge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='people.merge')),
            ],
            options={
                'indexes': [models.Index(fields=['merge', 'place'], name='people_merged_rows')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.BigIntegerField(unique=True)),
                ('full_name', models.CharField(blank=True, max_length=255)),
                ('email', models.CharField(blank=True, max_length=320)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('title', models.CharField(blank=True, max_length=160)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('city', models.CharField(blank=True, max_length=120)),
                ('locale', models.CharField(blank=True, max_length=12)),
                ('custom', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('erased_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('account', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='people.account')),
                ('merged_into', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='people.person')),
                ('owner', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
            ],
            options={
                'verbose_name_plural': 'people',
                'indexes': [models.Index(fields=['full_name', 'id'], name='people_person_name'), models.Index(fields=['owner', '-updated_at'], name='people_person_owner'), models.Index(fields=['team', '-updated_at'], name='people_person_team'), models.Index(condition=models.Q(('account__isnull', False)), fields=['account'], name='people_person_account'), models.Index(condition=models.Q(('territory__isnull', False)), fields=['territory'], name='people_person_territory'), models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='people_person_merged'), models.Index(fields=['-updated_at', '-id', 'subject'], name='people_person_recent')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(default='marketing', max_length=40)),
                ('channel', models.CharField(choices=[('email', 'e-mail'), ('phone', 'phone'), ('sms', 'text message'), ('post', 'post')], max_length=8)),
                ('given', models.BooleanField()),
                ('wording_version', models.CharField(blank=True, max_length=40)),
                ('source', models.CharField(max_length=120)),
                ('proof', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'purpose', 'channel', '-at'], name='people_consent_latest')],
            },
        ),
        migrations.CreateModel(
            name='Identifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('user_id', 'user id'), ('external', 'id of another system'), ('email', 'e-mail'), ('phone', 'phone'), ('anonymous_id', 'anonymous id')], max_length=12)),
                ('value', models.CharField(max_length=320)),
                ('seen_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identifiers', to='people.person')),
                ('came_with', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('came_with__isnull', False)), fields=['came_with'], name='people_identifier_came_with')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'value'), name='people_one_holder')],
            },
        ),
        migrations.CreateModel(
            name='IdentityEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=12)),
                ('kind', models.CharField(blank=True, max_length=12)),
                ('value', models.CharField(blank=True, max_length=320)),
                ('at', models.DateTimeField()),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('other', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='identity_events', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-at'], name='people_identity_recent'), models.Index(condition=models.Q(('other__isnull', False)), fields=['other'], name='people_identity_other')],
            },
        ),
        migrations.RunPython(make_words_the_table, elidable=False),
    ]
