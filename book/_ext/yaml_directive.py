"""Directives whose content is YAML: what is wrong with it is said with file and line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml
from build_guard import Breaches
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

YAML_HINT = "a text that begins with a brace or a tick, or holds `: ` or ` #`, goes after `|`"


@dataclass(frozen=True)
class Source:
    """A text of the source, and the line on which it begins."""

    text: str
    line: int


class YamlDirective(SphinxDirective):
    """Read a mapping; whatever is wrong with it is collected, and nothing is shown then."""

    required_arguments = 1
    has_content = True

    rule: ClassVar[Breaches]
    #: What is said where there is no mapping.
    keys: ClassVar[str]
    #: Why a key that is missing must be there, where that is not plain.
    why: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.problems: list[tuple[int, str]] = []

    def finish(self, node: nodes.Element | None) -> list[nodes.Node]:
        """Return the node, or pass on what is wrong."""
        for line, message in self.problems:
            place = nodes.Element()
            place.line = line
            self.rule.add(self.env, place, f"{self.arguments[0]}: {message}")
        return [] if node is None or self.problems else [node]

    def problem(self, where: yaml.Node | Source | None, message: str) -> None:
        line = self.lineno if where is None else self.line_of(where)
        self.problems.append((line, message))

    def line_of(self, where: yaml.Node | yaml.Mark | Source) -> int:
        if isinstance(where, Source):
            return where.line
        mark = where.start_mark if isinstance(where, yaml.Node) else where
        return int(self.lineno + self.content_offset + mark.line + 1)

    def mapping(self) -> yaml.MappingNode | None:
        try:
            root = yaml.compose("\n".join(self.content), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            self.problems.append(
                (self.line_of(error.problem_mark), f"no YAML: {error.problem}; {YAML_HINT}")
            )
            return None
        if not isinstance(root, yaml.MappingNode):
            self.problem(root, self.keys)
            return None
        return root

    def keys_of(
        self, node: yaml.Node, required: Collection[str], optional: Collection[str]
    ) -> dict[str, yaml.Node]:
        """Return the values of a mapping by their keys, and complain about the keys."""
        known = ", ".join(f"`{key}`" for key in (*required, *optional))
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, f"here are keys expected: {known}")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value not in (*required, *optional):
                self.problem(key, f"the key `{key.value}` is not known here; there are: {known}")
            elif key.value in found:
                self.problem(key, f"the key `{key.value}` stands here twice")
            found[key.value] = value
        for key in required:
            if key not in found:
                self.problem(node, f"the key `{key}` is missing{self.why.get(key, '')}")
        return found

    def text_of(self, node: yaml.Node | None) -> Source | None:
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.problem(node, f"here is a text expected; {YAML_HINT}")
            return None
        # A block begins on the line after its mark.
        return Source(node.value, self.line_of(node) + (node.style in ("|", ">")))

    def blocks(self, node: nodes.Element, source: Source | None) -> nodes.Element:
        """Parse a text as MyST into a node."""
        if source is not None:
            node.line = source.line
            lines = StringList(source.text.splitlines(), self.get_source_info()[0])
            self.state.nested_parse(lines, source.line - self.lineno - 1, node)
        return node
