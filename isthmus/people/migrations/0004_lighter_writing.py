"""Writing people costs less: search words are their own key, no index stands twice or for empty fields."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Foreign keys whose index another index begins with, or that gets one of its filled rows instead.
SINGLE = {
    "consent": ["person"],
    "identifier": ["came_with"],
    "identityevent": ["other", "person"],
    "person": ["account", "merged_into", "owner", "team", "territory"],
}
WITHOUT_ROWID = (
    'CREATE TABLE "people_searchtoken_new" ("token" varchar(80) NOT NULL, "party" smallint unsigned NOT NULL '
    'CHECK ("party" >= 0), "party_id" bigint NOT NULL, PRIMARY KEY ("party", "token", "party_id")) WITHOUT ROWID',
    'INSERT INTO "people_searchtoken_new" SELECT DISTINCT "token", "party", "party_id" FROM "people_searchtoken" '
    'ORDER BY "party", "token", "party_id"',
    'DROP TABLE "people_searchtoken"',
    'ALTER TABLE "people_searchtoken_new" RENAME TO "people_searchtoken"',
    'CREATE INDEX "people_search_party" ON "people_searchtoken" ("party", "party_id", "token")',
)
KEYED_BY_WORDS = (
    'DELETE FROM "people_searchtoken" older USING "people_searchtoken" newer WHERE older."id" < newer."id" '
    'AND older."party" = newer."party" AND older."token" = newer."token" AND older."party_id" = newer."party_id"',
    'ALTER TABLE "people_searchtoken" DROP COLUMN "id"',
    'DROP INDEX "people_search_prefix"',
    'ALTER TABLE "people_searchtoken" ADD PRIMARY KEY ("party", "token", "party_id")',
)


def write_words_once(apps, schema_editor):
    statements = WITHOUT_ROWID if schema_editor.connection.vendor == "sqlite" else KEYED_BY_WORDS
    for statement in statements:
        schema_editor.execute(statement)


def drop_single_indexes(apps, schema_editor):
    """Drop them by name: altering the fields would write a table of SQLite anew for each."""
    connection = schema_editor.connection
    for model_name, fields in SINGLE.items():
        model = apps.get_model("people", model_name)
        columns = [[model._meta.get_field(name).column] for name in fields]
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        for name, one in found.items():
            if one["index"] and one["columns"] in columns and not one["unique"] and not one["primary_key"]:
                schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


def alter(model_name, name, to, on_delete, **more):
    field = models.ForeignKey(db_index=False, on_delete=on_delete, to=to, **more)
    return migrations.AlterField(model_name=model_name, name=name, field=field)


def filled(model_name, field, name):
    condition = models.Q((f"{field}__isnull", False))
    return migrations.AddIndex(
        model_name=model_name, index=models.Index(condition=condition, fields=[field], name=name)
    )


CASCADE, PROTECT = django.db.models.deletion.CASCADE, django.db.models.deletion.PROTECT
SET_NULL = django.db.models.deletion.SET_NULL
BELONGS = {"blank": True, "null": True, "related_name": "+"}


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0003_merging"),
        ("workspace", "0005_comments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(write_words_once, elidable=False)],
            state_operations=[
                migrations.RemoveIndex(model_name="searchtoken", name="people_search_prefix"),
                migrations.RemoveField(model_name="searchtoken", name="id"),
                migrations.AddField(
                    model_name="searchtoken",
                    name="pk",
                    field=models.CompositePrimaryKey(
                        "party", "token", "party_id",
                        blank=True, editable=False, primary_key=True, serialize=False,
                    ),
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_single_indexes, elidable=False)],
            state_operations=[
                alter("consent", "person", "people.person", CASCADE, related_name="consents"),
                alter("identifier", "came_with", "people.person", SET_NULL, null=True, related_name="+"),
                alter("identityevent", "other", "people.person", SET_NULL, null=True, related_name="+"),
                alter("identityevent", "person", "people.person", CASCADE, related_name="identity_events"),
                alter("person", "account", "people.account", PROTECT, blank=True, null=True, related_name="people"),
                alter("person", "merged_into", "people.person", PROTECT, null=True, related_name="merged_from"),
                alter("person", "owner", settings.AUTH_USER_MODEL, PROTECT, **BELONGS),
                alter("person", "team", "workspace.team", PROTECT, **BELONGS),
                alter("person", "territory", "workspace.territory", PROTECT, **BELONGS),
            ],
        ),
        filled("identifier", "came_with", "people_identifier_came_with"),
        filled("identityevent", "other", "people_identity_other"),
        filled("person", "account", "people_person_account"),
        filled("person", "territory", "people_person_territory"),
        filled("person", "merged_into", "people_person_merged"),
    ]
