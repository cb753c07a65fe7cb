"""Anybody says that a published page harms somebody, without an account."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.stack import Stack


def test_a_stranger_reports_a_page_and_is_thanked(page: Page, stack: Stack) -> None:
    page.goto("/")
    page.get_by_role("link", name="Report a site").click()
    send = page.get_by_role("button", name="Send the report")
    send.click()
    expect(page.locator("#url-error")).to_contain_text("Enter the whole address")
    expect(page.get_by_label("Address of the page")).to_be_focused()
    page.get_by_label("Address of the page").fill("https://bank.example/login")
    page.get_by_label("What is wrong with it").select_option("malware")
    page.get_by_label("More, if you like").fill("It wants a program installed.")
    page.get_by_label("Your e-mail address").fill("nobody")
    send.click()
    expect(page.locator("#contact-error")).to_contain_text("or none")
    page.get_by_label("Your e-mail address").fill("Reader@example.com")
    send.click()
    expect(page.get_by_text("Your report has arrived")).to_be_visible()
    expect(send).to_be_hidden()
