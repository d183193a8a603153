"""Handles and names that nobody can be mistaken by."""

import pytest

from community.accounts.addresses import counted_as, normal_address
from community.accounts.handles import checked_handle, checked_name, free_handle, skeleton
from community.accounts.pass_phrases import checked_pass_phrase
from tests.factories import make_member


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("amara", "arnara"),
        ("wanjiru", "vvanjiru"),
        ("bill", "bi11"),
        ("tool", "t00l"),
        ("a_b_c", "abc"),
        ("lisa5", "iisas"),
        ("dan", "clan"),
    ],
)
def test_class_34_look_alikes_have_one_skeleton(one, other):
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    "handle", ["steward", "Stewards", "adm1n", "guildhall_help", "gui1dhall", "the_moderator", "ro0t", "me_", "api", "support"]
)
def test_class_34_handles_of_the_house_are_reserved(handle):
    with pytest.raises(ValueError, match=r"house itself|3 to 30"):
        checked_handle(handle)


@pytest.mark.parametrize(
    "handle", ["ab", "1abc", "_abc", "a b", "amará", "аmara", "amara\u202e", "a" * 31, "a-b", "a.b", "", "@@a"]
)
def test_class_34_only_plain_letters_make_a_handle(handle):
    with pytest.raises(ValueError, match="3 to 30"):
        checked_handle(handle)


def test_a_handle_may_be_typed_with_its_sign():
    assert checked_handle(" @Amara_D ") == "amara_d"


@pytest.mark.parametrize("name", ["Guildhall", "G u i l d h a l l", "Stéward", "Moderator Team", "123", "..."])
def test_class_34_names_of_the_house_are_refused(name):
    with pytest.raises(ValueError, match=r"house itself|know you by"):
        checked_name(name)


@pytest.mark.parametrize("name", ["Amara Diallo", "王伟", "محمد علي", "Øyvind", "O'Neil", "Madame Stéphanie"])
def test_names_in_every_script_are_welcome(name):
    assert checked_name(name) == name


@pytest.mark.anyio
async def test_class_34_a_free_handle_looks_like_no_other(database):
    await make_member("Bill Amara", handle="bill_amara")
    assert await free_handle("Bi11 Arnara") == "bi11_arnara_2"
    assert (await free_handle("王伟")).startswith("member_")
    assert (await free_handle("Guildhall")).startswith("member_")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Amara@School.EDU ", "amara@school.edu"),
        ("a+b@school.edu", "a+b@school.edu"),
        ("x@bücher.example", "x@xn--bcher-kva.example"),
    ],
)
def test_an_address_has_one_spelling(typed, stored):
    assert normal_address(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["seru@", "@school.edu", "seru", "seru@school", "a b@school.edu", "a@b@school.edu", "a..b@school.edu", "a@school.edu\nBcc: x@y.example",
     "a@-school.edu", "a@1.2.3.4", "x" * 65 + "@school.edu", "a@" + "b" * 250 + ".edu", "<a@school.edu>", '"a b"@school.edu', "a@school..edu"],
)  # fmt: skip
def test_what_is_no_address_is_said_to_be_none(typed):
    with pytest.raises(ValueError, match="whole address"):
        normal_address(typed)


def test_class_20_spellings_of_one_mailbox_count_as_one():
    assert len({counted_as(one) for one in ("a.b@x.edu", "ab@x.edu", "AB@X.edu", "a.b+z@x.edu")}) == 1


@pytest.mark.parametrize("phrase", ["short", "aaaaaaaaaaaaaa", "ababababababab", "x" * 201])
def test_a_weak_pass_phrase_is_refused(phrase):
    with pytest.raises(ValueError, match=r"12 characters|too easy|200 characters"):
        checked_pass_phrase(phrase)
