"""Makes every call of the observations whose library is installed, and stores what came of it.

Rows of libraries that are not installed stay as they are, with the versions and date of their own.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import conventions
import edge_cases
from observations import LIBRARIES, STORE, observe, read

CASES = [case for topic in (edge_cases.TOPICS | conventions.TOPICS).values() for case in topic]


def main() -> None:
    old = read() if STORE.exists() else {"libraries": {}, "outcomes": {}}
    libraries, outcomes = {}, {}
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    for name, library in LIBRARIES.items():
        stored = old["outcomes"].get(name, {})
        calls = [case.calls[name] for case in CASES if name in case.calls]
        versions = library.versions()
        if versions is None:
            libraries[name] = old["libraries"].get(name)
            outcomes[name] = {call: stored[call] for call in calls if call in stored}
            for call in calls:
                if call not in stored:
                    print(f"{name} is not installed, and nothing is stored of {call}")
            continue
        libraries[name] = {"versions": versions, "recorded": today}
        outcomes[name] = {call: asdict(observe(name, call)) for call in calls}
        for call, outcome in outcomes[name].items():
            if stored.get(call) != outcome:
                print(f"{name}: {call}\n    {stored.get(call)} → {outcome}")
    document = {"libraries": libraries, "outcomes": outcomes}
    STORE.parent.mkdir(exist_ok=True)
    STORE.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
