"""The function that keeps `updated_at`, once in each firm's schema."""

from django.db import migrations

# The clock, not the start of the transaction: whoever asks for changes since an instant should miss as little as can be.
TOUCH = """
CREATE FUNCTION core_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_mail_secret")]
    operations = [migrations.RunSQL(TOUCH, reverse_sql="DROP FUNCTION core_touch()")]
