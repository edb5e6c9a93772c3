"""The tables of users, teams and how the company works."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [
        ('workspace', name)
        for name in (
            '0001_spine',
            '0002_saved_views',
            '0003_desk',
            '0004_mailed_notices',
            '0005_comments',
            '0006_views_of_quotes',
            '0007_views_of_tasks',
        )
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('base_currency', models.CharField(default='EUR', max_length=3)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('working_hours', models.JSONField(default=dict)),
                ('holidays_country', models.CharField(blank=True, max_length=10)),
                ('is_sample', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='workspace_one_company')],
            },
        ),
        migrations.CreateModel(
            name='Currency',
            fields=[
                ('code', models.CharField(max_length=3, primary_key=True, serialize=False)),
                ('is_active', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='FieldDefinition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(choices=[('person', 'People'), ('account', 'Accounts'), ('lead', 'Leads'), ('deal', 'Deals')], max_length=8)),
                ('key', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('^[a-z][a-z0-9_]*$')])),
                ('label', models.CharField(max_length=80)),
                ('type', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('date', 'Date'), ('flag', 'Yes or no'), ('choice', 'Choice'), ('country', 'Country')], max_length=8)),
                ('kind', models.CharField(choices=[('analytic', 'Analytic: a dimension of metrics'), ('identifying', 'Identifying: stays in the record, never in the ledger')], max_length=12)),
                ('options', models.JSONField(default=list)),
                ('position', models.PositiveIntegerField(default=0)),
                ('archived_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['model', 'position', 'key'],
                'constraints': [models.UniqueConstraint(fields=('model', 'key'), name='workspace_one_field_a_key')],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(max_length=40)),
                ('command', models.CharField(max_length=80)),
                ('key', models.CharField(max_length=200)),
                ('body_hash', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(default=200)),
                ('answer', models.JSONField()),
                ('created_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'command', 'key'), name='workspace_one_answer_a_key')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='workspace.team', verbose_name='parent')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Territory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('countries', models.JSONField(default=list)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='workspace.territory', verbose_name='parent')),
            ],
            options={
                'verbose_name_plural': 'territories',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('base_per_unit', models.DecimalField(decimal_places=10, max_digits=20)),
                ('currency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rates', to='workspace.currency')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('currency', 'on'), name='workspace_one_rate_a_day'), models.CheckConstraint(condition=models.Q(('base_per_unit__gt', 0)), name='workspace_rate_positive')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('role', models.CharField(choices=[('admin', 'Administrator'), ('marketer', 'Marketer'), ('seller', 'Seller'), ('manager', 'Sales manager'), ('analyst', 'Analyst')], max_length=12)),
                ('locale', models.CharField(default='en', max_length=12)),
                ('external_id', models.CharField(max_length=120, null=True, unique=True)),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='members', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='members', to='workspace.territory')),
                ('shortcuts', models.BooleanField(db_default=True, default=True)),
                ('mailed', models.JSONField(db_default=[], default=list)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=120)),
                ('prefix', models.CharField(max_length=12)),
                ('key_hash', models.CharField(max_length=64, unique=True)),
                ('permissions', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_keys', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('record_id', models.BigIntegerField()),
                ('text', models.TextField()),
                ('mentioned', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'record_id', '-at'], name='workspace_comment_record')],
            },
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('record_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'kind', 'record_id'), name='workspace_one_star_each')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('permission', models.CharField(max_length=60)),
                ('scope', models.CharField(blank=True, choices=[('own', 'own'), ('team', 'team'), ('all', 'all')], max_length=4)),
                ('given_at', models.DateTimeField()),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'permission'), name='workspace_one_grant_each')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(blank=True, max_length=150)),
                ('role', models.CharField(choices=[('admin', 'Administrator'), ('marketer', 'Marketer'), ('seller', 'Seller'), ('manager', 'Sales manager'), ('analyst', 'Analyst')], max_length=12)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='workspace.team')),
                ('territory', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='workspace.territory')),
            ],
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('text', models.CharField(max_length=300)),
                ('path', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('record_id', models.BigIntegerField(null=True)),
                ('record_kind', models.CharField(blank=True, max_length=12)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-at'], name='workspace_notice_recent')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(choices=[('people', 'People'), ('accounts', 'Accounts'), ('leads', 'Leads'), ('deals', 'Deals'), ('quotes', 'Quotes'), ('tasks', 'Tasks')], max_length=8)),
                ('name', models.CharField(max_length=60)),
                ('query', models.TextField(blank=True)),
                ('reach', models.CharField(choices=[('own', 'Only me'), ('team', 'My team'), ('all', 'Everybody')], default='own', max_length=4)),
                ('replaced', models.JSONField(default=dict)),
                ('replaced_by', models.UUIDField(null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('updated_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='views', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='workspace.team')),
            ],
            options={
                'ordering': ['name', 'pk'],
                'indexes': [models.Index(fields=['list', 'reach'], name='workspace_view_list')],
            },
        ),
        migrations.CreateModel(
            name='SeenRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('record_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seen_records', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-at'], name='workspace_seen_recent')],
                'constraints': [models.UniqueConstraint(fields=('user', 'kind', 'record_id'), name='workspace_seen_once')],
            },
        ),
        migrations.CreateModel(
            name='SignInLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('is_local', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DefaultView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(choices=[('people', 'People'), ('accounts', 'Accounts'), ('leads', 'Leads'), ('deals', 'Deals'), ('quotes', 'Quotes'), ('tasks', 'Tasks')], max_length=8)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('view', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspace.savedview')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'list'), name='workspace_one_default_view_a_list')],
            },
        ),
    ]
