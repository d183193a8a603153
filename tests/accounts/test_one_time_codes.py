"""The rules of codes and sealed values, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from community.accounts import sealing
from community.accounts.one_time_codes import (
    ALPHABET,
    address_for_app,
    cleaned,
    fitting_step,
    in_groups,
    is_from_app,
    new_recovery_codes,
    new_secret,
    picture_of,
    recovery_hash,
    step_of,
)
from tests.accounts.apps import code_of

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NOON = datetime(2026, 3, 9, 12, 0, 15, tzinfo=UTC)
# RFC 6238, appendix B: the last six digits of its SHA-1 examples.
RFC = [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")]


@pytest.mark.parametrize(("seconds", "code"), RFC)
def test_codes_are_those_of_the_standard(seconds, code):
    assert fitting_step(KEY, code, datetime.fromtimestamp(seconds, UTC), 0) == seconds // 30


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_wrong(steps, fits):
    secret = new_secret()
    found = fitting_step(secret, code_of(secret, NOON, steps), NOON, 0)
    assert found == (step_of(NOON) + steps if fits else None)


def test_no_step_is_taken_twice_nor_one_before_it():
    secret = new_secret()
    now = step_of(NOON)
    assert fitting_step(secret, code_of(secret, NOON), NOON, now) is None
    assert fitting_step(secret, code_of(secret, NOON, -1), NOON, now) is None
    assert fitting_step(secret, code_of(secret, NOON, 1), NOON, now) == now + 1
    assert fitting_step(secret, code_of(secret, NOON, 1), NOON + timedelta(seconds=30), now + 1) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("123 456", "123456"),
        ("١٢٣٤٥٦", "123456"),
        ("１２３-４５６", "123456"),
        ("abcd-efgh-jkmn-pqrs", "ABCDEFGHJKMNPQRS"),
        ("oil0", "0110"),
    ],
)
def test_what_was_meant_is_read(typed, meant):
    assert cleaned(typed) == meant


@pytest.mark.parametrize("typed", ["", "½½½½½½", "²²²²²²", "12345", "1234567", "\u202e123456", "é" * 60, "ABCDEF"])
def test_no_other_text_is_a_code_of_the_app_or_breaks_the_reading(typed):
    assert not is_from_app(cleaned(typed))
    assert fitting_step(new_secret(), cleaned(typed), NOON, 0) is None


def test_recovery_codes_are_ten_long_and_each_another():
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(code) == 16 and set(code) <= set(ALPHABET) for code in codes)
    assert cleaned(in_groups(codes[0], "-").lower()) == codes[0]
    assert recovery_hash(1, codes[0]) != recovery_hash(2, codes[0])


def test_the_picture_is_an_element_without_style_or_script():
    address = address_for_app(KEY, "amara_diallo", "hall.example.org")
    assert address.startswith(f"otpauth://totp/Guildhall%20hall.example.org:amara_diallo?secret={KEY}")
    picture = picture_of(address)
    assert picture.startswith("<svg ")
    assert not {"style", "script", "xmlns", "class"} & set(picture.replace("=", " ").replace("<", " ").split())


def test_a_sealed_value_opens_for_its_owner_and_with_the_same_secret_only(monkeypatch):
    sealed = sealing.seal("ABCDEFGH", "member 1")
    assert "ABCDEFGH" not in sealed
    assert sealed != sealing.seal("ABCDEFGH", "member 1")
    assert sealing.unseal(sealed, "member 1") == "ABCDEFGH"
    assert sealing.unseal(sealed, "member 2") is None
    monkeypatch.setattr(sealing, "_cipher", lambda: sealing._cipher_of("quite another secret of the house"))
    assert sealing.unseal(sealed, "member 1") is None
