"""QuickBooks: tokens, the mirror of its lists, mappings, rules of posting, the right to post."""

import django.core.serializers.json
import django.db.models.functions.datetime
from django.db import migrations, models

import core.secrets
from core.triggers import audited

POST, MANAGE = "integrations.post", "integrations.manage"


def grant(apps, schema_editor):
    """Finance connects with accounting and posts to it, and so may the owner, who may all."""
    for role in apps.get_model("people", "Role").objects.filter(
        is_builtin=True, name__in=["Owner", "Finance"]
    ):
        role.rights = sorted({*role.rights, POST, MANAGE})
        role.save(update_fields=["rights"])


def begin(apps, schema_editor):
    apps.get_model("integrations", "QuickBooksRules").objects.create(id=1)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_triggers"),
        ("people", "0004_promises"),
        ("integrations", "0002_capabilities"),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="access_expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="access_token",
            field=core.secrets.EncryptedTextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="connection",
            name="hard_expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="heard_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="pulled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="refresh_expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="refresh_token",
            field=core.secrets.EncryptedTextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="externallink",
            name="prior_image",
            field=models.JSONField(
                blank=True, encoder=django.core.serializers.json.DjangoJSONEncoder, null=True
            ),
        ),
        migrations.AlterField(
            model_name="externallink",
            name="remote_image",
            field=models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
        ),
        migrations.AlterField(
            model_name="connection",
            name="health",
            field=models.CharField(
                choices=[
                    ("ONBOARDING", "Not finished"),
                    ("READY", "Ready"),
                    ("RESTRICTED", "Restricted"),
                    ("LOST", "Access lost"),
                    ("DISCONNECTED", "Disconnected"),
                ],
                default="ONBOARDING",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="CallBucket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=20)),
                ("account_id", models.CharField(max_length=80)),
                ("minute_started_at", models.DateTimeField()),
                ("calls_in_minute", models.PositiveIntegerField(default=0)),
                ("second_started_at", models.DateTimeField()),
                ("calls_in_second", models.PositiveIntegerField(default=0)),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "account_id"), name="integrations_bucket_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IgnoredPosting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=20)),
                ("local_kind", models.CharField(max_length=40)),
                ("local_id", models.BigIntegerField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("by_name", models.CharField(blank=True, max_length=160)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "local_kind", "local_id"), name="integrations_ignored_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=20)),
                ("account_id", models.CharField(max_length=80)),
                ("local_kind", models.CharField(max_length=40)),
                ("local_id", models.BigIntegerField()),
                ("remote_type", models.CharField(max_length=40)),
                ("remote_id", models.CharField(max_length=120)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "account_id", "local_kind", "local_id"),
                        name="integrations_mapped_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuickBooksRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("posts_invoices_automatically", models.BooleanField(default=False)),
                ("posts_time", models.BooleanField(default=True)),
                ("creates_customers", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="integrations_one_quickbooks_rules_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RemoteRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=20)),
                ("account_id", models.CharField(max_length=80)),
                ("remote_type", models.CharField(max_length=40)),
                ("remote_id", models.CharField(max_length=120)),
                ("name", models.CharField(max_length=500)),
                ("is_active", models.BooleanField(default=True)),
                ("version", models.CharField(blank=True, max_length=80)),
                (
                    "image",
                    models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "account_id", "remote_type", "remote_id"),
                        name="integrations_mirrored_once",
                    )
                ],
            },
        ),
        audited("integrations_mapping"),
        audited("integrations_quickbooksrules"),
        migrations.RunPython(grant, migrations.RunPython.noop),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
