        verdicts = {
            "=": abs(left - right) <= slack,
            "≤": left <= right + slack,
            "≥": left >= right - slack,
            # Strictness is a matter of the proof: a gap may be too small to be seen.
            "<": left <= right + slack,
            ">": left >= right - slack,
            "≠": abs(left - right) > slack,
        }
        return bool(verdicts[claim.op])

    def _drawn(self, key: Any, draw: Callable[[], Any]) -> Any:
        if key not in self.values:
            self.values[key] = draw()
        return self.values[key]

    def _symbol(self, node: Symbol) -> Any:
