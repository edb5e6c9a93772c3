"""The tables of commission, expenses and salaries."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [
        ('money', name)
        for name in (
            '0001_commission',
            '0002_expenses_and_salaries',
        )
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('sales', '0001_tables'),
        ('workspace', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='CommissionLock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField()),
                ('after_last', models.DateField()),
                ('total', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('locked_at', models.DateTimeField()),
                ('batch', models.CharField(max_length=36)),
                ('locked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'first'), name='money_lock_once'), models.CheckConstraint(condition=models.Q(('owner__isnull', False)), name='money_lock_has_seller')],
            },
        ),
        migrations.CreateModel(
            name='CommissionPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('period', models.CharField(choices=[('month', 'Month'), ('quarter', 'Quarter'), ('year', 'Year')], max_length=7)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='CreditSplit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shares', models.JSONField()),
                ('set_at', models.DateTimeField()),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sales.deal')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['deal', 'id'], name='money_split_deal')],
            },
        ),
        migrations.CreateModel(
            name='Expense',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('category', models.CharField(choices=[('travel', 'Travel'), ('tools', 'Tools'), ('event', 'Event'), ('meals', 'Meals'), ('other', 'Other')], max_length=6)),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('booked', 'Waits'), ('corrected', 'Corrected, waits'), ('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'Taken back')], default='booked', max_length=9)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('decided_at', models.DateTimeField(null=True)),
                ('booked_at', models.DateTimeField()),
                ('stated', models.PositiveIntegerField(default=0)),
                ('booked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='sales.deal')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'on'], name='money_expense_state'), models.Index(fields=['owner', 'on'], name='money_expense_owner')],
                'constraints': [models.CheckConstraint(condition=models.Q(('owner__isnull', False)), name='money_expense_has_seller'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='money_expense_above_zero')],
            },
        ),
        migrations.CreateModel(
            name='Salary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('amount', models.BigIntegerField(null=True)),
                ('currency', models.CharField(max_length=3)),
                ('set_at', models.DateTimeField()),
                ('batch', models.CharField(max_length=36)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
            ],
            options={
                'indexes': [models.Index(fields=['batch'], name='money_salary_batch')],
                'constraints': [models.CheckConstraint(condition=models.Q(('owner__isnull', False)), name='money_salary_has_person'), models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gte', 0), _connector='OR'), name='money_salary_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='SalaryMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('amount', models.BigIntegerField(null=True)),
                ('currency', models.CharField(max_length=3)),
                ('stated', models.PositiveIntegerField(default=0)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'month'), name='money_salary_month_once')],
            },
        ),
        migrations.CreateModel(
            name='CommissionLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('earned', 'Earned'), ('clawed_back', 'Clawed back'), ('recredited', 'Split anew'), ('corrected', 'Corrected')], max_length=11)),
                ('at', models.DateTimeField()),
                ('on', models.DateField()),
                ('place', models.CharField(max_length=200)),
                ('line', models.CharField(max_length=20)),
                ('credited', models.BigIntegerField()),
                ('commission', models.BigIntegerField()),
                ('share', models.DecimalField(decimal_places=10, max_digits=12)),
                ('parts', models.JSONField(default=list)),
                ('capped', models.BooleanField(default=False)),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sales.deal')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sales.order')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sales.product')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
                ('lock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='money.commissionlock')),
            ],
            options={
                'ordering': ['lock', 'at', 'pk'],
                'indexes': [models.Index(fields=['owner', 'key'], name='money_line_key')],
            },
        ),
        migrations.CreateModel(
            name='ExpenseChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=9)),
                ('before', models.JSONField()),
                ('at', models.DateTimeField()),
                ('batch', models.CharField(max_length=36)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expense', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='money.expense')),
            ],
            options={
                'ordering': ['expense', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PlanAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('set_at', models.DateTimeField()),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='money.commissionplan')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.territory')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('owner__isnull', False)), name='money_plan_has_seller')],
            },
        ),
        migrations.CreateModel(
            name='PlanVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('rules', models.JSONField()),
                ('set_at', models.DateTimeField()),
                ('batch', models.CharField(max_length=36)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='money.commissionplan')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['plan', 'valid_from', 'pk'],
            },
        ),
    ]
