"""The tables of leads."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [
        ('leads', name)
        for name in (
            '0001_spine',
            '0002_form_and_click',
            '0003_my_day',
        )
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('people', '0001_tables'),
        ('workspace', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('captured', 'Captured'), ('nurturing', 'Nurturing'), ('qualified', 'Qualified'), ('handed_over', 'Handed over'), ('accepted', 'Accepted'), ('returned', 'Returned'), ('expired', 'Expired'), ('disqualified', 'Disqualified'), ('merged', 'Merged'), ('erased', 'Erased')], default='captured', max_length=12)),
                ('external_id', models.CharField(max_length=120, null=True, unique=True)),
                ('channel', models.CharField(blank=True, max_length=40)),
                ('utm_source', models.CharField(blank=True, max_length=80)),
                ('utm_medium', models.CharField(blank=True, max_length=80)),
                ('utm_campaign', models.CharField(blank=True, max_length=120)),
                ('landing_page', models.CharField(blank=True, max_length=300)),
                ('campaign_id', models.BigIntegerField(null=True)),
                ('product_id', models.BigIntegerField(null=True)),
                ('score', models.PositiveSmallIntegerField(null=True)),
                ('contract_version', models.PositiveIntegerField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('captured_at', models.DateTimeField()),
                ('qualified_at', models.DateTimeField(null=True)),
                ('handed_over_at', models.DateTimeField(null=True)),
                ('contacted_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('return_reason', models.CharField(blank=True, choices=[('no_budget', 'No budget'), ('too_small', 'Too small'), ('wrong_market', 'Wrong market'), ('no_need', 'No need now'), ('unreachable', 'Cannot be reached'), ('duplicate', 'Known already'), ('other', 'Other')], max_length=20)),
                ('disqualify_reason', models.CharField(blank=True, max_length=120)),
                ('message', models.TextField(blank=True)),
                ('custom', models.JSONField(default=dict)),
                ('updated_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='people.account')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='people.person')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
                ('click_id', models.CharField(blank=True, default='', max_length=300)),
                ('form', models.CharField(blank=True, default='', max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['-captured_at', '-id'], name='leads_recent'), models.Index(fields=['state', '-captured_at', '-id'], name='leads_state'), models.Index(fields=['channel', '-captured_at', '-id'], name='leads_channel'), models.Index(fields=['owner', '-captured_at', '-id'], name='leads_owner'), models.Index(fields=['team', '-captured_at', '-id'], name='leads_team'), models.Index(fields=['-updated_at', '-id'], name='leads_updated'), models.Index(fields=['owner', 'person', 'account'], name='leads_reach'), models.Index(fields=['owner', 'state', 'due_at'], name='leads_waiting')],
            },
        ),
    ]
