"""Binds core's own ports; imported once all models are loaded."""

from core import jobs, later, mail, outbox, promises, tasks

later.bind(tasks.send)
outbox.bind(mail.OUTBOX_KIND, deliver=mail.deliver, read_back=mail.read_back)
promises.register("core_append_only", "This record is kept as it is and cannot be changed.")
promises.register("core_job_alone", jobs.RunsAlready)
