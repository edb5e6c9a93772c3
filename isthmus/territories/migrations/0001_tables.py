"""The tables of rules of territories and of reassignments."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    initial = True

    dependencies = [
        ('bulk', '0002_given_to_others'),
        ('people', '0002_where_accounts_are'),
        ('workspace', '0002_territories_of_their_own'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reassignment',
            fields=[
                ('edit', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='reassignment', serialize=False, to='bulk.bulkedit')),
                ('asked', models.JSONField()),
                ('why', models.CharField(blank=True, max_length=200)),
                ('figures', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('given_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='HandPlaced',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='people.account')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('territory', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
            ],
        ),
        migrations.CreateModel(
            name='RulesVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('active', 'Active'), ('past', 'Past')], default='draft', max_length=8)),
                ('spec', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('activated_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('state',), name='territories_one_active'),
                    models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('state',), name='territories_one_draft'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('spec', models.JSONField()),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('result', models.JSONField(default=dict)),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='trials', to='territories.rulesversion')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
    ]
