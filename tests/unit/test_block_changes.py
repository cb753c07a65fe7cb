"""Which blocks changed between two versions of a page, and who changed them."""

from __future__ import annotations

from services.deployments.block_changes import Version, changes, split

HERO = '<section data-rb-block="hero-split"><h1>Fresh bread</h1></section>'
STEPS = '<section data-rb-block="steps"><p>Knead</p><br><p>Bake</p></section>'
CTA = '<section data-rb-block="cta-banner">Come <b>by</b></section>'
FOOT = "<footer>Open daily</footer>"


def told(*versions: Version) -> list[tuple[str, str, list[str]]]:
    return [(each["name"], each["what"], each["by"]) for each in changes(versions)]


def page(*blocks: str) -> str:
    return "\n".join(blocks)


def test_markup_is_cut_into_its_top_elements_whatever_stands_in_them() -> None:
    blocks = split(page(HERO, "loose words", "<img alt=x>", STEPS, "<div><div>a</div>"))
    assert [b.kind for b in blocks] == ["hero-split", "", "img", "steps", "div"]
    assert [b.html for b in blocks[:2]] == [HERO, "loose words"]
    assert [b.text for b in blocks] == ["Fresh bread", "loose words", "", "KneadBake", "a"]
    assert split("") == [] and split(" \n ") == []
    assert [b.kind for b in split("</p></div>" + HERO)] == ["", "hero-split"]


def test_each_change_names_those_who_made_it() -> None:
    louder = HERO.replace("Fresh", "Freshest")
    loudest = HERO.replace("Fresh", "The freshest")
    assert told(
        Version(page(HERO, STEPS, CTA, FOOT)),
        Version(page(louder, STEPS, CTA, FOOT), by="olive"),
        Version(page(loudest, CTA, FOOT), by="adam"),
        Version(page(loudest, CTA, '<section data-rb-block="stats">9</section>', FOOT), by="eddie"),
    ) == [
        ("Hero split", "changed", ["olive", "adam"]),
        ("Stats", "added", ["eddie"]),
        ("Steps", "removed", ["adam"]),
    ]


def test_what_was_changed_back_or_came_and_went_is_no_change() -> None:
    live = page(HERO, FOOT)
    assert (
        told(
            Version(live),
            Version(page(HERO.replace("Fresh", "Old"), STEPS, FOOT), by="olive"),
            Version(live, by="adam"),
        )
        == []
    )


def test_a_block_that_moved_is_the_same_block() -> None:
    live, now = page(HERO, STEPS, CTA, FOOT), page(CTA, HERO, STEPS, FOOT)
    assert told(Version(live), Version(now, by="a")) == [("Cta banner", "moved", ["a"])]


def test_twins_are_told_apart_by_their_order() -> None:
    assert told(Version(page(STEPS, STEPS)), Version(page(STEPS), by="a")) == [
        ("Steps", "removed", ["a"])
    ]
    assert told(Version(page(STEPS)), Version(page(STEPS, STEPS), by="a")) == [
        ("Steps", "added", ["a"])
    ]


def test_styles_and_the_title_are_changes_of_their_own() -> None:
    live = Version(HERO, css="h1 { color: red }", about=("Home", "[]"))
    assert told(
        live,
        Version(HERO, css="h1 { color: teal }", about=("Home", "[]"), by="a"),
        Version(HERO, css="h1 { color: teal }", about=("Start", "[]"), by="b"),
    ) == [("Styles", "changed", ["a"]), ("Title and description", "changed", ["b"])]


def test_a_long_text_is_shown_short() -> None:
    (block,) = split(f"<p>{'word ' * 50}</p>")
    assert len(block.text) <= 60 and block.text.endswith("…")
