"""Addresses to answer at: for one member and one thing, whatever a mail server does to their case."""

from datetime import timedelta

import pytest

from community import clock
from community.mail.reply_addresses import LIVES, read_reply_address, reply_address
from community.settings import Settings, WrongSetting, read

SECRET = "s" * 32


@pytest.fixture(params=["reply.hall.example", "reply@hall.example"])
def house(request, monkeypatch):
    made = Settings(reply=request.param, secret=SECRET)
    monkeypatch.setattr("community.mail.reply_addresses.settings", lambda: made)
    return made


def test_an_address_says_who_answers_what(house):
    for member_id, target in ((1, "thread:9"), (4711, "thread:300"), (10**15 - 1, f"thread:{10**15 - 1}")):
        address = reply_address(member_id, target)
        assert len(address.partition("@")[0]) <= 64
        for spelling in (address, address.upper(), f" {address.title()} "):
            read = read_reply_address(spelling)
            assert (read.member_id, read.target, read.expired) == (member_id, target, False)


def test_class_16_an_address_that_was_changed_is_nobodys(house):
    address = reply_address(5, "thread:9")
    local, domain = address.split("@")
    kept = local.partition("+")[0] + "+" if "+" in local else ""
    token = local.removeprefix(kept)
    for at in range(len(token)):
        for letter in "a7":
            if token[at] != letter:
                assert read_reply_address(f"{kept}{token[:at]}{letter}{token[at + 1 :]}@{domain}") is None
    for other in ("", token + "a", token[:-1], token[1:], "a" * 70, "ü" * 20, token + "=", "\0", "+" + token):
        assert read_reply_address(f"{kept}{other}@{domain}") is None
    for whole in (f"{local}@evil.example", f"{local}@{domain}.evil.example", local, "", "@", f"x+{token}@{domain}"):
        assert read_reply_address(whole) is None


def test_class_16_another_secret_reads_nothing(house, monkeypatch):
    address = reply_address(5, "thread:9")
    monkeypatch.setattr("community.mail.reply_addresses.settings", lambda: house.model_copy(update={"secret": "t" * 32}))
    assert read_reply_address(address) is None


def test_class_16_an_address_ends_after_its_time(house):
    address, then = reply_address(5, "thread:9"), clock.now()
    with clock.frozen(then + LIVES - timedelta(days=1)):
        assert not read_reply_address(address).expired
    with clock.frozen(then + LIVES + timedelta(days=1)):
        assert read_reply_address(address).expired


def test_a_site_that_takes_no_mail_gives_no_address(monkeypatch):
    monkeypatch.setattr("community.mail.reply_addresses.settings", lambda: Settings(reply="", secret=SECRET))
    assert reply_address(5, "thread:9") == ""
    assert read_reply_address("a@b.example") is None


@pytest.mark.parametrize("target", ["room:5", "thread:", "thread:x", "thread:-1", "thread:" + "9" * 16, "thread", ""])
def test_what_cannot_be_answered_has_no_address(house, target):
    with pytest.raises(ValueError, match="cannot be answered"):
        reply_address(5, target)


@pytest.mark.parametrize(
    "wrong", ["nonsense", "a@b", "reply+x@hall.example", "much-too-long-a-name@hall.example", "hall.example/x"]
)
def test_a_wrong_setting_is_named(monkeypatch, wrong):
    monkeypatch.setenv("GUILDHALL_REPLY", wrong)
    with pytest.raises(WrongSetting, match="GUILDHALL_REPLY"):
        read()
