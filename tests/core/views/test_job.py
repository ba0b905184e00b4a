"""The page of a job: progress, cancel, and nobody else's."""

from typing import Any

import pytest

from core import jobs
from core.models import Job

HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(owner: Any) -> Job:
    return jobs.start("test.page", {}, by=owner, title="Sending invoices", total=14, url="/billing/")


def test_progress_asks_for_itself_until_the_job_is_over(job: Job, owner: Any, web: Any) -> None:
    Job.objects.filter(pk=job.pk).update(state="RUNNING", done=3, message="Invoice 2026-0003")
    whole = web(owner).get(f"/jobs/{job.pk}/").content.decode()
    part = web(owner).get(f"/jobs/{job.pk}/progress/", headers=HTMX).content.decode()
    for shown in (whole, part):
        assert "3 of 14 done" in shown
        assert "Invoice 2026-0003" in shown
        assert "You may leave this page" in shown
        assert f'hx-get="/jobs/{job.pk}/progress/"' in shown
    assert "<h1>Sending invoices</h1>" in whole
    assert "<html" not in part
    Job.objects.filter(pk=job.pk).update(state="DONE", done=14)
    part = web(owner).get(f"/jobs/{job.pk}/progress/", headers=HTMX).content.decode()
    assert "hx-get" not in part
    assert 'href="/billing/"' in part


@pytest.mark.parametrize(
    ("state", "words"),
    [("FAILED", "Start it again to do the rest"), ("CANCELED", "Canceled."), ("QUEUED", "Cancel")],
)
def test_every_state_says_what_is_so(job: Job, owner: Any, web: Any, state: str, words: str) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, total=0)
    assert words in web(owner).get(f"/jobs/{job.pk}/").content.decode()


def test_cancel(job: Job, owner: Any, web: Any) -> None:
    Job.objects.filter(pk=job.pk).update(state="RUNNING")
    answer = web(owner).post(f"/jobs/{job.pk}/cancel/")
    assert (answer.status_code, answer["Location"]) == (302, f"/jobs/{job.pk}/")
    assert "Canceling." in web(owner).post(f"/jobs/{job.pk}/cancel/", headers=HTMX).content.decode()
    assert web(owner).get(f"/jobs/{job.pk}/cancel/").status_code == 405


def test_a_refusal_that_no_form_shows_is_a_page_or_a_notice(job: Job, owner: Any, web: Any) -> None:
    Job.objects.filter(pk=job.pk).update(state="DONE")
    page = web(owner).post(f"/jobs/{job.pk}/cancel/", headers={"Referer": "http://hm.localhost/billing/"})
    assert page.status_code == 422
    assert "<h1>This has finished already.</h1>" in page.content.decode()
    assert 'href="http://hm.localhost/billing/"' in page.content.decode()
    foreign = web(owner).post(f"/jobs/{job.pk}/cancel/", headers={"Referer": "https://evil.example/"})
    assert "evil.example" not in foreign.content.decode()
    notice = web(owner).post(f"/jobs/{job.pk}/cancel/", headers=HTMX)
    assert (notice.status_code, notice["HX-Reswap"]) == (422, "innerHTML")
    assert "#page-notices" in notice["HX-Retarget"]
    assert "This has finished already." in notice.content.decode()
    assert "<html" not in notice.content.decode()


def test_a_job_is_its_starters_alone(job: Job, cast: Any, web: Any) -> None:
    for path in ("", "progress/"):
        assert web(cast.member).get(f"/jobs/{job.pk}/{path}").status_code == 404
        assert web().get(f"/jobs/{job.pk}/{path}").status_code == 302
    assert web(cast.member).post(f"/jobs/{job.pk}/cancel/").status_code == 404
    job.refresh_from_db()
    assert not job.is_cancel_asked
