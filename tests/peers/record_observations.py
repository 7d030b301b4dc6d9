"""Makes every call of the observations whose library is installed, and stores what came of it.

Rows of libraries that are not installed stay as they are, with the versions and date of their own.
"""

import json
from datetime import UTC, datetime

import conventions
import edge_cases
from observations import LIBRARIES, STORE, observe, read

CASES = [case for topic in (edge_cases.TOPICS | conventions.TOPICS).values() for case in topic]


def main() -> None:
    old = read() if STORE.exists() else {"libraries": {}, "outcomes": {}}
    libraries, outcomes = {}, {case.name: {} for case in CASES}
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    for name, library in LIBRARIES.items():
        versions = library.versions()
        if versions is not None:
            libraries[name] = {"versions": versions, "recorded": today}
        elif name in old["libraries"]:
            libraries[name] = old["libraries"][name]
        for case in CASES:
            if name not in case.calls:
                continue
            call = case.calls[name]
            stored = old["outcomes"].get(case.name, {}).get(name)
            if versions is not None:
                outcome = observe(name, call)
                found = {"call": call, "gives": outcome.gives, "warns": outcome.warns}
                if stored != found:
                    print(f"{name}: {call}\n    {outcome}")
                outcomes[case.name][name] = found
            elif stored is not None and stored["call"] == call:
                outcomes[case.name][name] = stored
            else:
                print(f"{name} is not installed, and nothing is stored of {call}")
    document = {"libraries": libraries, "outcomes": outcomes}
    STORE.parent.mkdir(exist_ok=True)
    STORE.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
