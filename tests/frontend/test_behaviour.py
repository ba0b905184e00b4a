"""What the scripts promise: dialogs, toasts, pickers, menus, keys, forms, bulk, refusals."""

import re

from playwright.sync_api import Page, Route, expect

from tests.frontend import catalogue
from tests.frontend.conftest import Window, axe


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


def test_dialog_from_the_server_takes_answers_and_gives_focus_back(window: Window) -> None:
    page = window("/list")
    page.get_by_role("button", name="Import").click()
    dialog = page.get_by_role("dialog", name="Import invoices?")
    expect(dialog).to_be_visible()
    expect(page.locator("#dialog #dialog_name")).to_be_focused()
    assert axe(page) == []
    dialog.get_by_role("button", name="Import 3 invoices").click()
    expect(dialog.get_by_text("This field is required.").first).to_be_visible()
    expect(page.locator("#dialog #dialog_name")).to_be_focused()
    page.locator("#dialog #dialog_name").fill("November")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert catalogue.calls[-1]["dialog"]["name"] == "November"
    assert focused(page) == "Import"
    expect(page.locator("#toasts")).to_contain_text("Saved.")


def test_escape_cancels_a_dialog_of_the_page(window: Window) -> None:
    page = window("/list")
    before = page.get_by_role("button", name="More", exact=True).first
    before.focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
    # A key opened it: the focus goes back to where it was, not to the button that the key stands for.
    expect(before).to_be_focused()


def test_toast_counts_down_pauses_and_takes_back(window: Window) -> None:
    page = window("/list")
    page.clock.install()
    page.reload()
    page.evaluate("htmx.trigger(document.body, 'psa:toast', {text: '14 sheets approved.', undo: '/undo'})")
    line = page.locator("#toasts .toast-line")
    undo = line.get_by_role("button", name=re.compile("Undo"))
    expect(undo).to_contain_text("10 s")
    page.clock.run_for(3000)
    expect(undo).to_contain_text("7 s")
    undo.focus()
    page.clock.run_for(20_000)
    expect(line).to_be_visible()
    undo.click()
    expect(line).to_contain_text("Taken back.")
    assert catalogue.calls == [{"undo": True}]
    page.locator("h1").hover()
    page.clock.run_for(11_000)
    expect(line).to_have_count(0)


def test_message_of_the_last_request_is_a_toast(window: Window) -> None:
    page = window("/form")
    page.locator("#id_name").fill("Water main")
    page.select_option("#id_client", "City of Larkspur", force=True)
    page.locator("#id_fee").fill("1234.5")
    page.locator("#id_start").fill("2026-11-25")
    page.get_by_label("Fixed fee").check()
    page.get_by_role("button", name="Save project").click()
    page.wait_for_url("**/list")
    expect(page.locator("#toasts .toast-line")).to_contain_text("Project saved.")
    expect(page.locator("#toasts [data-undo-url='/undo']")).to_be_visible()


def test_wrong_fields_say_so_and_the_first_has_the_focus(window: Window) -> None:
    page = window("/form")
    page.locator("#id_name").fill("Taken")
    page.get_by_role("button", name="Save project").click()
    expect(page.get_by_role("alert").filter(has_text="exists already")).to_be_visible()
    expect(page.locator("#id_name")).to_have_value("Taken")
    fee = page.locator("#id_fee")
    expect(fee).to_have_attribute("aria-invalid", "true")
    expect(fee).to_have_attribute("aria-describedby", "id_fee_error")
    expect(page.locator("#id_fee_error")).to_have_text("This field is required.")
    expect(page.locator("#id_client-ts-control")).to_be_focused()
    assert axe(page) == []


def test_money_is_shown_as_it_will_be_read(window: Window) -> None:
    page = window("/form")
    fee = page.locator("#id_fee")
    for typed, shown in (
        ("1234.5", "1,234.50"),
        ("1,234", "1,234.00"),
        ("1,5", "1,5"),
        (".5", "0.50"),
        ("x", "x"),
    ):
        fee.fill(typed)
        fee.blur()
        expect(fee).to_have_value(shown)


def test_picker_searches_and_takes_by_keyboard(window: Window) -> None:
    page = window("/form")
    page.locator("#id_client-ts-control").click()
    expect(page.get_by_role("option")).to_have_count(4)
    page.keyboard.type("oka")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    assert page.locator("#id_client").input_value() == "Okafor Holdings"
    expect(page.locator(".ts-control .item").first).to_have_text("Okafor Holdings")
    assert axe(page) == []


def test_picker_asks_the_server_and_escapes_what_it_says(window: Window) -> None:
    page = window("/form")
    page.locator("#id_lead-ts-control").click()
    page.keyboard.type("kaur")
    option = page.get_by_role("option", name=re.compile("Kaur"))
    expect(option).to_have_count(1)
    expect(option).to_contain_text("Noor <b>Kaur</b>")
    expect(option).to_contain_text("Surveyor")
    assert axe(page) == []
    page.keyboard.press("Enter")
    assert page.locator("#id_lead").input_value() == "3"


def test_menu_opens_walks_and_closes(window: Window) -> None:
    page = window("/list")
    more = page.get_by_role("button", name="More", exact=True).first
    more.click()
    expect(page.get_by_role("link", name="Export")).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert focused(page) == "Delete"
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Export")).to_be_hidden()
    expect(more).to_be_focused()


def test_refusal_and_breakdown_are_said_on_the_page(window: Window) -> None:
    page = window("/list")
    more = page.get_by_role("button", name="More", exact=True).first
    more.click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#page-notices")).to_contain_text("November is closed.")
    more.click()
    page.get_by_role("button", name="Sync").click()
    expect(page.locator("#page-notices")).to_contain_text("Something broke on our side")
    expect(page.locator("#page-notices .notice")).to_have_count(1)


def test_lost_connection_is_said_on_the_page(window: Window) -> None:
    page = window("/list")
    page.get_by_role("button", name="More", exact=True).first.click()
    page.route("**/refuse", lambda route: route.abort())
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#page-notices")).to_contain_text("The connection dropped")
    page.evaluate("console.clear()")


def test_selection_counts_and_sums_to_the_cent(window: Window) -> None:
    page = window("/list")
    bar = page.locator("[data-bulk-bar]")
    expect(bar).to_be_hidden()
    page.get_by_label("Select HM-2026-0418").check()
    expect(bar).to_contain_text("1 invoice, $18,240.00")
    page.get_by_label("Select all").check()
    expect(bar).to_contain_text("9 invoices, $201,361.32")
    expect(bar.get_by_role("button", name="Send 9 invoices")).to_be_visible()
    assert axe(page) == []
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()


def test_keys_rest_while_someone_types(window: Window) -> None:
    page = window("/list")
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type("nnn")
    expect(page.get_by_label("Search")).to_have_value("nnn")
    page.get_by_label("Search").blur()
    page.keyboard.press("n")
    page.wait_for_url("**/form")


def test_theme_changes_at_once_and_is_stored(window: Window) -> None:
    page = window("/list")
    page.get_by_role("button", name="Kemi Ogundipe").click()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert {"theme": "dark"} in catalogue.calls


def test_copy_says_so(window: Window) -> None:
    page = window("/detail")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "https://example.com/i/1"


def test_phone_has_the_menu_behind_more(window: Window) -> None:
    page = window("/list", width=375)
    expect(page.get_by_role("link", name="Timesheet")).to_be_hidden()
    page.get_by_role("navigation", name="Main, short").get_by_role("button", name="More").click()
    expect(page.get_by_role("link", name="Timesheet")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Timesheet")).to_be_hidden()


def test_password_can_be_shown(window: Window) -> None:
    page = window("/door")
    page.get_by_role("button", name="Show password").click()
    expect(page.locator("#pw")).to_have_attribute("type", "text")


def test_fields_are_checked_on_leaving_and_forgiven_on_mending(window: Window) -> None:
    page = window("/form")
    name = page.locator("#id_name")
    name.press_sequentially("ab")
    name.fill("")
    expect(page.locator("#id_name_error")).to_have_count(0)
    name.blur()
    expect(page.locator("#id_name_error")).to_have_text("This field is required.")
    expect(name).to_have_attribute("aria-describedby", "id_name_error")
    assert axe(page) == []
    name.fill("Water main")
    name.blur()
    expect(page.locator("#id_name_error")).to_have_count(0)
    assert name.get_attribute("aria-invalid") is None


def test_a_form_is_sent_once_and_its_button_says_so(window: Window) -> None:
    page = window("/form")
    held: list[Route] = []
    page.route("**/form?*", lambda route: held.append(route))
    seen = page.evaluate(
        """async () => {
            const button = document.querySelector("form[novalidate] .btn-primary");
            const before = button.offsetWidth;
            button.click();
            button.click();
            await new Promise((done) => setTimeout(done, 100));
            const grown = button.offsetWidth - before;
            return [button.innerText.includes("Saving"), button.getAttribute("aria-disabled"), grown];
        }"""
    )
    assert seen == [True, "true", 0]
    assert [route.request.method for route in held] == ["POST"]
    held[0].abort()


def test_a_slow_answer_to_htmx_says_so_too(window: Window) -> None:
    page = window("/list")
    page.get_by_role("button", name="Import").click()
    held: list[Route] = []
    page.route("**/dialog", lambda route: held.append(route))
    button = page.get_by_role("dialog").locator(".btn-primary")
    button.evaluate("button => { button.click(); button.click(); }")
    expect(button).to_contain_text("Importing")
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_role("dialog").get_by_text("This field is required.").first).to_be_visible()
    expect(button).not_to_contain_text("Importing")
