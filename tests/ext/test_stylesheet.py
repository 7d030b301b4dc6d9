"""The one stylesheet of the site keeps what pages use, and what scripts may use."""

from __future__ import annotations

from pathlib import Path

import pytest
import stylesheet

USED = stylesheet.used_classes(
    ["<p class=\"kept also\"><b class='quoted'></b>", '<i class="sd-col\n sd-tab">'],
    ["element.classList.add('from-script')"],
)


def test_classes_of_pages_and_words_of_scripts_are_used() -> None:
    assert {"kept", "also", "quoted", "sd-col", "sd-tab", "from-script"} <= USED
    assert "lost" not in USED


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (".kept { color: red; }", ".kept{color:red}"),
        (".lost { color: red }", ""),
        (".kept.lost{a:b}", ""),
        (".lost .kept{a:b}", ""),
        (".kept, .lost > p, .also:hover{a:b}", ".kept,.also:hover{a:b}"),
        ("p, h1{a:b}", "p,h1{a:b}"),
        # What must not be there, and alternatives, leave the rule in force.
        (".kept:not(.lost){a:b}", ".kept:not(.lost){a:b}"),
        (":is(.lost, .kept) p{a:b}", ":is(.lost,.kept) p{a:b}"),
        (".kept:not(:is(.lost, p)){a:b}", ".kept:not(:is(.lost,p)){a:b}"),
        (".bs-tooltip-auto .lost{a:b}.bs-tooltip-auto{a:b}", ".bs-tooltip-auto{a:b}"),
        ("@media (width > 1px) { .lost{a:b} .kept{a:b} }", "@media (width > 1px){.kept{a:b}}"),
        ("@media print{.lost{a:b}}", ""),
        ("@supports (a:b){@media print{.kept{a:b}}}", "@supports (a:b){@media print{.kept{a:b}}}"),
        ("@keyframes turn{from{a:b}to{a:c}}", "@keyframes turn{from{a:b}to{a:c}}"),
        ('@charset "utf-8";p{a:b}', "p{a:b}"),
        ("/* .kept{ */p{a:b}/* } */", "p{a:b}"),
        ('p:before{content:"} /  a, b"}.lost{a:b}', 'p:before{content:"} /  a, b"}'),
        (
            "p{background:url(\"data:x,%3Csvg fill='rgba(1,2)'/%3E\")}.lost{a:b}",
            "p{background:url(\"data:x,%3Csvg fill='rgba(1,2)'/%3E\")}",
        ),
        ('a[href="x,y"]{a:b}', 'a[href="x,y"]{a:b}'),
        ("p{margin:calc(1px + 2px)  -1px}", "p{margin:calc(1px + 2px) -1px}"),
        ("p :hover{a:b}", "p :hover{a:b}"),
        ("a + b > c ~ d{a:b}", "a + b > c ~ d{a:b}"),
        ("p{--x: {a:b}}", "p{--x:{a:b}}"),
    ],
)
def test_rules_remain_if_they_may_apply(rule: str, expected: str) -> None:
    assert stylesheet.purge(rule, USED) == expected


def test_a_block_that_is_not_closed_is_an_error() -> None:
    with pytest.raises(ValueError, match="not closed"):
        stylesheet.purge("p{a:b", USED)


def test_addresses_follow_the_stylesheet_to_its_new_place() -> None:
    text = "a{b:url(../x.png) url('y.png') url(data:z) url(#id)}"
    assert stylesheet.rebased(text, "styles") == (
        'a{b:url("x.png") url("styles/y.png") url(data:z) url(#id)}'
    )


def test_fonts_are_part_of_the_stylesheet(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "a.woff2").write_bytes(b"font")
    text = '@font-face{src:url("fonts/a.woff2") format("woff2")}p{background:url("x.png")}'
    assert stylesheet.with_fonts(text, tmp_path) == (
        '@font-face{src:url(data:font/woff2;base64,Zm9udA==) format("woff2")}'
        'p{background:url("x.png")}'
    )


def test_variables_that_nobody_asks_for_are_left_out() -> None:
    text = "p{--idle:1;--asked:2;--chain:var(--end);--end:';}';--script:3}a{b:var(--asked, 4)}"
    assert stylesheet.without_idle_variables(text, {"--script"}) == (
        "p{--asked:2;--script:3}a{b:var(--asked, 4)}"
    )
    for kept in ("p{--a:var(--b);--b:1;c:var(--a)}", ".a--b:hover{c:d}", "p{c:url(x--y:z)}"):
        assert stylesheet.without_idle_variables(kept, set()) == kept
