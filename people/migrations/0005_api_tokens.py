"""Tokens of the API, the answers that may be asked for again, and when a staff member changed last."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

from core.triggers import audited, touched

# E-mail, sign-in and roles are part of what is told about a staff member.
FOLLOW = """
CREATE FUNCTION people_touch_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE people_staffmember SET updated_at = clock_timestamp()
    WHERE user_id = (
        CASE TG_TABLE_NAME
            WHEN 'people_user' THEN (to_jsonb(NEW) ->> 'id')::bigint
            ELSE (to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END) ->> 'user_id')::bigint
        END
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER people_user_touch_staff AFTER UPDATE OF email, is_active, time_zone ON people_user
    FOR EACH ROW WHEN (
        OLD.email IS DISTINCT FROM NEW.email OR OLD.is_active IS DISTINCT FROM NEW.is_active
        OR OLD.time_zone IS DISTINCT FROM NEW.time_zone
    )
    EXECUTE FUNCTION people_touch_staff();
CREATE TRIGGER people_user_roles_touch_staff AFTER INSERT OR DELETE ON people_user_roles
    FOR EACH ROW EXECUTE FUNCTION people_touch_staff();
"""
FOLLOW_BACK = """
DROP TRIGGER people_user_roles_touch_staff ON people_user_roles;
DROP TRIGGER people_user_touch_staff ON people_user;
DROP FUNCTION people_touch_staff();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0004_promises"), ("core", "0004_touched_rows")]
    operations = [
        migrations.AddField("staffmember", "updated_at", models.DateTimeField(db_default=Now())),
        migrations.AddIndex(
            "staffmember", models.Index(fields=["updated_at", "id"], name="people_staff_changed")
        ),
        touched("people_staffmember"),
        migrations.RunSQL(FOLLOW, reverse_sql=FOLLOW_BACK),
        migrations.CreateModel(
            "ApiToken",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("prefix", models.CharField(max_length=8)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(expires_at=None) | models.Q(expires_at__gt=models.F("created_at")),
                        name="people_token_expires_later",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "ApiAnswer",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("wish_digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("content_type", models.CharField(blank=True, max_length=80)),
                ("body", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(db_index=True)),
                (
                    "token",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="people.apitoken",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["token", "key"], name="people_answer_key_once")
                ],
            },
        ),
        audited("people_apitoken", ignore=("last_used_at",), redact=("digest",)),
    ]
