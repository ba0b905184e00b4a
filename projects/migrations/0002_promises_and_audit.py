"""An open project has an active client, whichever changes last; projects, tasks and rates are audited."""

from django.db import migrations

from core.triggers import audited

# Both sides lock the client's row first, so that a project opened while its client is deactivated waits for it.
FUNCTIONS = """
CREATE FUNCTION projects_check_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM clients_client WHERE id = NEW.client_id AND is_active FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the client of an open project is active'
            USING ERRCODE = '23514', CONSTRAINT = 'projects_open_for_active_client';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION projects_check_open_projects() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM projects_project WHERE client_id = NEW.id AND state = 'OPEN') THEN
        RAISE EXCEPTION 'the client has open projects'
            USING ERRCODE = '23514', CONSTRAINT = 'projects_active_client';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER projects_client_is_active BEFORE INSERT OR UPDATE OF client_id, state ON projects_project
    FOR EACH ROW WHEN (NEW.state = 'OPEN') EXECUTE FUNCTION projects_check_client();
CREATE TRIGGER projects_client_has_none_open AFTER UPDATE OF is_active ON clients_client
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION projects_check_open_projects();
"""
DROP = """
DROP TRIGGER projects_client_has_none_open ON clients_client;
DROP TRIGGER projects_client_is_active ON projects_project;
DROP FUNCTION projects_check_open_projects();
DROP FUNCTION projects_check_client();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0001_initial"),
        ("clients", "0003_audit_and_terms"),
        ("core", "0002_triggers"),
    ]
    operations = [
        migrations.RunSQL(FUNCTIONS, reverse_sql=DROP),
        *(
            audited(table)
            for table in (
                "projects_project",
                "projects_task",
                "projects_teammember",
                "projects_laborcode",
                "projects_ratecard",
                "projects_raterule",
            )
        ),
    ]
