import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.domains import InvalidDomainError, registrable_domain

reproducibly = settings(derandomize=True, deadline=None)

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
LABELS = st.from_regex(r"[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,20})?", fullmatch=True)
NOT_A_NAME = "This is no valid domain name. Give a website such as https://www.acme.example."
IP_ADDRESS = "This is an IP address. Give the website by its domain name."
SINGLE_NAME = "This is a single name. Give the full domain name, such as acme.example."
PUBLIC_SUFFIX = (
    "Unrelated parties register names below this public suffix. Give the full domain name, such as acme.co.uk."
)
OTHER_SCHEME = "Only addresses that begin with http:// or https:// are websites."
PORT = "The port after the colon is not a number from 0 to 65535."


def reason_for(website: str) -> str:
    with pytest.raises(InvalidDomainError) as refusal:
        registrable_domain(website)
    return refusal.value.reason


def outcome(website: str) -> str:
    try:
        return registrable_domain(website)
    except InvalidDomainError as refusal:
        return refusal.reason


def wide(text: str) -> str:
    return "".join(chr(ord(character) - 0x21 + 0xFF01) for character in text)


@pytest.mark.parametrize(
    "website",
    [
        "acme.example",
        "ACME.Example",
        "  https://www.acme.example/  ",
        "http://acme.example:8080/x?y=http://other.example#z",
        "HTTPS://user:pass@word@shop.acme.example",
        "info@acme.example",
        "//acme.example",
        "https:/acme.example",
        "https:acme.example",
        "https:\\\\www.acme.example\\about",
        "acme.example:443",
        "acme.example:",
        "acme.example.",
        "acme.example/a page with spaces",
        "acme.example?next=ftp://other.example",
        "https://acme%2Eexample",
        "https://%61cme.example",
        "acme。example",
        "acme\uff0eexample\uff61",
        wide("acme.example"),
        wide("https://www.acme.example/x"),
        "ac\u00adme\u200b.example",
        "\ufeffacme.example",
    ],
)
def test_a_website_is_read_as_browsers_read_it(website: str) -> None:
    assert registrable_domain(website) == "acme.example"


@pytest.mark.parametrize(
    "website",
    [
        "https://www.Müller.de:443/x?y",
        "shop.müller.de",
        "MU\u0308LLER.de",
        "xn--mller-kva.de",
        "XN--MLLER-KVA.DE",
        "m%C3%BCller.de",
    ],
)
def test_all_spellings_of_an_international_name_are_one_domain(website: str) -> None:
    assert registrable_domain(website) == "xn--mller-kva.de"


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.acme.co.uk", "acme.co.uk"),
        ("team.acme.github.io", "acme.github.io"),
        ("a.b.c.kobe.jp", "b.c.kobe.jp"),
        ("www.city.kobe.jp", "city.kobe.jp"),
        ("foo.bar.unknown-top-level", "bar.unknown-top-level"),
        ("www.食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
    ],
)
def test_the_domain_is_one_label_below_the_public_suffix(website: str, domain: str) -> None:
    assert registrable_domain(website) == domain


@pytest.mark.parametrize(
    "website",
    [
        "https://my_shop.acme.example",
        "_dmarc.acme.example",
        "my_shop.acme.example",
        "r3---sn_4.acme.example",
        "MY\uff3fSHOP.acme.example",
    ],
)
def test_a_name_below_the_domain_may_have_an_underscore(website: str) -> None:
    assert registrable_domain(website) == "acme.example"
    assert registrable_domain(website.replace("acme", "m\u00fcller")) == "xn--mller-kva.example"


def test_a_sharp_s_is_kept_because_the_mapping_is_non_transitional() -> None:
    assert registrable_domain("faß.de") == "xn--fa-hia.de"
    assert registrable_domain("fass.de") == "fass.de"


@pytest.mark.parametrize(
    "website", ["co.uk", "https://github.io/", "公司.cn", "xn--55qx5d.cn", "http://s3.amazonaws.com"]
)
def test_a_public_suffix_itself_is_refused(website: str) -> None:
    assert reason_for(website) == PUBLIC_SUFFIX


@pytest.mark.parametrize("website", ["localhost", "intranet:8080/x", "http://intranet:8080/", "acme.", "com", "müller"])
def test_a_single_name_is_refused(website: str) -> None:
    assert reason_for(website) == SINGLE_NAME


@pytest.mark.parametrize(
    "website",
    [
        "127.0.0.1",
        "http://127.0.0.1:80/",
        "127.1",
        "127.0.0.1.",
        "0x7f.0.0.1",
        "0X7F000001",
        "0177.0.0.01",
        "2130706433",
        "0x",
        "①②⑦.0.0.1",
        wide("127.0.0.1"),
        "%31%32%37.0.0.1",
        "acme.123",
        "acme.0x1f",
        "http://[::1]/",
        "[2001:db8::1]:443",
    ],
)
def test_an_ip_address_is_refused_in_every_spelling(website: str) -> None:
    assert reason_for(website) == IP_ADDRESS


@pytest.mark.parametrize(
    "website",
    ["ftp://acme.example", "mailto:info@acme.example", "javascript:alert(1)//acme.example", "data://acme.example"],
)
def test_another_scheme_than_that_of_the_web_is_refused(website: str) -> None:
    assert reason_for(website) == OTHER_SCHEME


@pytest.mark.parametrize("website", ["acme.example:web", "acme.example:65536", "acme.example:²", "2001:db8::1"])
def test_a_port_that_is_no_port_is_refused(website: str) -> None:
    assert reason_for(website) == PORT


@pytest.mark.parametrize(
    "website",
    [
        "https://",
        "...",
        "acme..example",
        ".acme.example",
        "-acme.example",
        "acme-.example",
        "ac_me.example",
        "shop.ac_me.example",
        "ac_me.github.io",
        "\u00fc_x.example",
        "acme!.example",
        "%",
        "acme%2Fother.example",
        "acme%40other.example",
        "acme%00.example",
        "acme%ff.example",
        "acme\u2100.example",
        "acme\u3000gmbh.example",
        "\u200b.example",
        "\ud800.example",
        "xn--.example",
        "xn--a.example",
        "xn--mller-kva-.example",
        "xn--\u00e4.example",
        "a\u05d0.example",
    ],
)
def test_what_is_no_domain_name_is_refused(website: str) -> None:
    assert reason_for(website) == NOT_A_NAME


@pytest.mark.parametrize("website", ["", "   ", "\u3000\n"])
def test_a_missing_website_is_refused(website: str) -> None:
    assert reason_for(website) == "The website is missing."


@pytest.mark.parametrize("website", ["Acme Ltd", "ac me.example", "acme.example other.example"])
def test_a_name_with_spaces_is_refused(website: str) -> None:
    assert reason_for(website) == "A domain name has no spaces."


@pytest.mark.parametrize("character", ["\0", "\t", "\r", "\n", "\x7f", "\x85"])
def test_a_control_character_is_refused_wherever_it_stands(character: str) -> None:
    reason = "The website contains a control character, such as a line break. Remove it."
    assert reason_for(f"acme{character}.example") == reason
    assert reason_for(f"https://acme.example/a{character}b") == reason


def test_a_website_may_have_2048_characters_and_no_more() -> None:
    longest = "acme.example/".ljust(2048, "x")
    assert registrable_domain(longest) == "acme.example"
    assert reason_for(longest + "x") == "The website is longer than 2,048 characters."


def test_a_label_may_have_63_characters_and_no_more() -> None:
    assert registrable_domain("a" * 63 + ".example") == "a" * 63 + ".example"
    assert reason_for("a" * 64 + ".example") == "A part of the domain name is longer than 63 characters."


def test_a_host_may_have_253_characters_and_no_more() -> None:
    longest = "a" * 61 + ".a" * 92 + ".example"
    assert len(longest) == 253
    assert registrable_domain(longest) == "a.example"
    assert registrable_domain(longest + ".") == "a.example"
    assert reason_for("b" + longest) == "The domain name is longer than 253 characters."


def test_the_length_of_a_host_counts_as_it_is_sent() -> None:
    host = ".".join(["ü" * 44] * 5) + ".example"
    assert len(host) < 253
    assert reason_for(host) == "The domain name is longer than 253 characters."


@pytest.mark.parametrize("website", ["gmail.com", "https://mail.GMAIL.com/inbox", "someone@gmail.com"])
def test_a_refused_domain_identifies_nobody(website: str) -> None:
    assert registrable_domain(website) == "gmail.com"
    with pytest.raises(InvalidDomainError) as refusal:
        registrable_domain(website, refused=frozenset({"gmail.com"}))
    assert refusal.value.reason == "This domain belongs to a mail provider. Give the company's own website."


@reproducibly
@given(label=LABELS, suffix=st.sampled_from(["example", "de", "co.uk", "github.io", "xn--55qx5d.cn"]))
def test_eight_spellings_of_a_website_agree(label: str, suffix: str) -> None:
    name = f"{label}.{suffix}"
    spellings = {
        name,
        name.upper(),
        f" {name}. ",
        f"https://{name}:443/path?query#fragment",
        f"http://user:password@{name}",
        f"//{name}\\path",
        wide(name),
        "https://" + "".join(f"%{ord(character):02x}" for character in name).replace("%2e", "。"),
    }
    # A label may itself make a suffix with the one below, as `com.de` is one; then all are refused alike.
    assert outcome(name) in {name, PUBLIC_SUFFIX}
    assert {outcome(spelling) for spelling in spellings} == {outcome(name)}


@reproducibly
@given(
    website=st.text(st.characters(exclude_categories=()) | st.sampled_from(".:/@%[]\\#?-。\uff0e" + LETTERS))
    | st.builds("https://xn--{}.{}".format, st.text(LETTERS + "-", max_size=70), LABELS)
    | st.builds("{}.example".format, st.text(st.characters(codec="utf-8"), max_size=70))
)
@example(website="xn--" + "9" * 59 + ".example")
@example(website="\u30fb" * 250)
@example(website="a\u200d" * 120 + ".example")
@example(website="%" * 2048)
@example(website="http:" + "/" * 2000)
@example(website="acme.example:" + "9" * 2000)
def test_any_text_is_a_lower_case_domain_that_stays_itself_or_is_refused(website: str) -> None:
    try:
        domain = registrable_domain(website)
    except InvalidDomainError:
        return
    assert set(domain) <= set(LETTERS + ".-")
    assert registrable_domain(domain) == domain
    assert registrable_domain(f"https://www.{domain}/") == domain
