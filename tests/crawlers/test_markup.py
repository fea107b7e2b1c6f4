"""HTML to text."""

import pytest

from crawlers.markup import plain


@pytest.mark.parametrize(
    ("markup", "text", "quoted"),
    [
        ("", "", ""),
        ("só texto", "só texto", ""),
        ("linha\noutra", "linha\noutra", ""),
        ("a &amp; b &lt;3 &#39;c&#39;", "a & b <3 'c'", ""),
        ("<p>um</p><p>dois</p>", "um\n\ndois", ""),
        ("um<br>dois<br/>\ntrês", "um\ndois\ntrês", ""),
        ("<ul><li>a<li>b</ul>", "a\n\nb", ""),
        ("eu <3 você", "eu <3 você", ""),
        ("<b>sem</b> <i>quebra</i>", "sem quebra", ""),
        ("<p>a\n   b&nbsp;c</p>", "a b c", ""),
        ("<pre>x = 1\ny = 2</pre>", "x = 1\ny = 2", ""),
        ("<script>alert(1)</script><style>p{}</style>oi", "oi", ""),
        ("<blockquote>dela</blockquote>meu", "meu", "dela"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "c", "a\nb"),
        ("<blockquote>a</blockquote>x<blockquote>b</blockquote>", "x", "a\nb"),
        ("<p>aberto", "aberto", ""),
        ("<!-- nada --><p>oi</p>", "oi", ""),
        ("<img src=x onerror=alert(1)>", "", ""),
    ],
)
def test_plain(markup: str, text: str, quoted: str) -> None:
    assert plain(markup) == (text, quoted)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["<div>", "<blockquote>", "<p>", "<", "&lt;", "<a href='", "<br>"]
)
def test_long_nonsense_ends(piece: str) -> None:
    plain(piece * 19_000)
    plain(piece * 200_000)
