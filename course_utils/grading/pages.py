"""What the pages of the grader share: one look, no scripts, no requests, every text escaped."""

import html
import re

from course_utils.grading.submissions import printable

# Black and white with one colour: legible in both schemes, and on paper.
STYLE = """
:root { color-scheme: light dark; --text: #1f2328; --page: #ffffff; --soft: #f3f4f6;
  --line: #d0d7de; --quiet: #57606a; --good: #0a6b45; --bad: #a3360b; --accent: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --page: #14181d; --soft: #1f252c;
  --line: #3d444d; --quiet: #a2abb5; --good: #4fd1a1; --bad: #ff9e70; --accent: #79b8ff; } }
* { box-sizing: border-box; }
body { font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--page);
  max-width: 50rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .5rem 0; }
a { color: var(--accent); }
.quiet { color: var(--quiet); }
.name { overflow-wrap: anywhere; min-width: 8rem; }
.total { font-size: 1.35rem; margin: 1rem 0; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.hint { border-inline-start: .25rem solid var(--accent); background: var(--soft);
  padding: .6rem .9rem; margin: .75rem 0; border-radius: 0 .25rem .25rem 0; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; }
caption { text-align: start; color: var(--quiet); padding-bottom: .25rem; }
th, td { text-align: start; vertical-align: top; padding: .4rem .6rem .4rem 0;
  border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
td.number, th.number { text-align: end; padding-inline-start: .6rem; }
td.number { white-space: nowrap; }
code, pre { font: .9em/1.45 ui-monospace, monospace; background: var(--soft);
  border-radius: .25rem; }
code { padding: .1em .3em; overflow-wrap: anywhere; }
pre { padding: .6rem .8rem; white-space: pre-wrap; margin: .4rem 0; }
figure { margin: 1rem 0; max-width: 38rem; }
figure svg { width: 100%; height: auto; color: var(--text); }
figure svg text { fill: currentColor; }
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def page(title: str, body: str) -> str:
    """Return a whole page; `body` is HTML, `title` is text."""
    return PAGE.format(title=text(title), style=STYLE, body=body)


def text(value: str) -> str:
    """Return any text, hostile or not, as HTML that shows it."""
    return html.escape(printable(value))


def prose(value: str) -> str:
    r"""Return a sentence of an author as HTML, with `code` in backticks and words in asterisks.

    Examples
    --------
    >>> print(prose("Use `a*b*c < d`, and *then* 2 * 3 * 4."))
    Use <code>a*b*c &lt; d</code>, and <em>then</em> 2 * 3 * 4.
    """

    def mark(found: re.Match[str]) -> str:
        return f"<code>{found[1]}</code>" if found[1] else f"<em>{found[2]}</em>"

    return re.sub(r"`([^`]+)`|\*([^*`\s]+(?: [^*`\s]+)*)\*", mark, text(value))


def points(earned: float, of: float) -> str:
    unit = "point" if of == 1 else "points"
    return f"{earned:.4g} of {of:.4g} {unit}"
