"""The workflows run on GitHub alone, so what can be known of them beforehand is tested here."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def load(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


JOBS = [
    pytest.param(job, id=f"{path.stem}-{name}")
    for path in WORKFLOWS
    for name, job in load(path)["jobs"].items()
]
SCRIPTS = [
    pytest.param(step["run"], id=f"{path.stem}-{name}-{number}")
    for path in WORKFLOWS
    for name, job in load(path)["jobs"].items()
    for number, step in enumerate(job["steps"], start=1)
    if "run" in step
]


def named_paths(text: str) -> set[str]:
    """Words that can only be paths of this repository: a slash or a known ending, no address."""
    words = (word.strip("\"'").rpartition("=")[2] for word in text.split())
    return {
        word
        for word in words
        if re.fullmatch(r"[\w.*-]+(/[\w.*-]+)+|[\w-]+\.(txt|toml|yml|py)|course_utils|tests", word)
    }


def test_the_three_workflows_are_there() -> None:
    assert [path.stem for path in WORKFLOWS] == ["pages", "tests", "weekly"]


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("github-workflows", "workflows/*.yml"),
        ("github-issue-forms", "ISSUE_TEMPLATE/erratum.yml"),
        ("github-issue-config", "ISSUE_TEMPLATE/config.yml"),
        ("dependabot", "dependabot.yml"),
    ],
)
def test_file_obeys_the_schema_of_github(schema: str, pattern: str) -> None:
    files = [str(path) for path in (ROOT / ".github").glob(pattern)]
    assert files
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    check = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout + check.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_grants_nothing_by_default_and_no_pipe_swallows_a_failure(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {}
    assert "concurrency" in workflow
    assert workflow["defaults"]["run"]["shell"] == "bash"
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert not [step for step in steps if "shell" in step or "continue-on-error" in step]


@pytest.mark.parametrize("job", JOBS)
def test_job_has_a_time_limit_and_permissions_of_its_own(job: dict[str, Any]) -> None:
    assert 0 < job["timeout-minutes"] <= 60
    assert job["permissions"]
    assert "continue-on-error" not in job


@pytest.mark.parametrize("job", JOBS)
def test_actions_are_githubs_own_and_name_a_major_version(job: dict[str, Any]) -> None:
    for step in job["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"])
            # A restored cache of executions would hide a cell that fails.
            assert not step["uses"].startswith("actions/cache")


@pytest.mark.parametrize("job", JOBS)
def test_expressions_name_steps_and_matrix_keys_that_exist(job: dict[str, Any]) -> None:
    matrix = job.get("strategy", {}).get("matrix", {})
    keys = set(matrix) | {key for entry in matrix.get("include", []) for key in entry}
    assert set(re.findall(r"\bmatrix\.([\w-]+)", str(job))) <= keys
    steps = {step["id"] for step in job["steps"] if "id" in step}
    assert set(re.findall(r"\bsteps\.([\w-]+)\.outputs", str(job))) <= steps
    assert set(re.findall(r"\bneeds\.([\w-]+)\.result", str(job))) <= set(job.get("needs", []))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_job_needs_jobs_that_exist(path: Path) -> None:
    jobs = load(path)["jobs"]
    for job in jobs.values():
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= set(jobs)


@pytest.mark.parametrize("job", JOBS)
def test_path_exists_or_was_made_by_an_earlier_step(job: dict[str, Any]) -> None:
    made: tuple[str, ...] = ()
    for step in job["steps"]:
        text = step.get("run", "") + " " + str(step.get("with", {}).get("path", ""))
        for path in named_paths(text):
            assert path.startswith(made) or any(ROOT.glob(path)), f"nothing makes {path}"
        if re.search(r"\bmake (book|pdf|test)\b", text):
            made += (".venv/", "_build/")
        made += tuple(f"{name}/" for name in re.findall(r"-m venv ([\w.-]+)", text))


@pytest.mark.skipif(sys.platform == "win32", reason="bash is not a part of Windows")
@pytest.mark.parametrize("script", SCRIPTS)
def test_script_is_valid_bash(script: str) -> None:
    bash = shutil.which("bash")
    assert bash
    script = re.sub(r"\$\{\{.*?\}\}", "value", script)
    check = subprocess.run([bash, "-n", "-c", script], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stderr


def test_oldest_releases_are_the_lower_bounds_of_the_package() -> None:
    jobs = load(ROOT / ".github/workflows/tests.yml")["jobs"]
    entries = jobs["package"]["strategy"]["matrix"]["include"]
    (oldest,) = (entry for entry in entries if entry["releases"] == "oldest")
    pins = dict(re.findall(r"(\w+)[~=]=(\d+\.\d+)", oldest["install"]))
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    assert dict(bound.split(">=") for bound in project["dependencies"]).items() <= pins.items()
    assert f">={oldest['python']}" == project["requires-python"]
