"""The dialogue is trained from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import Run, assert_refused


def test_outside_the_project_it_says_where_to_go(run: Run, tmp_path: Path) -> None:
    assert_refused(
        run("train"),
        1,
        f"There is no config.yml in {tmp_path}: run kotae in the top folder of the project.",
    )


def test_it_trains_once(run: Run, project: Path) -> None:
    settings = {"KOTAE_RASA_PYTHON": str(project / "rasa" / "bin" / "python")}
    first = run("train", settings=settings)
    assert first.exit_code == 0, first.output
    assert "training the dialogue: ActClassifier" in first.stdout
    again = run("train", settings=settings)
    assert again.stdout.startswith("The dialogue has not changed; its model is ")
    assert run("train", "--force", settings=settings).stdout != again.stdout


def test_a_failure_is_one_sentence_with_the_log(run: Run, project: Path) -> None:
    (project / "config.yml").write_text("fails")
    settings = {"KOTAE_RASA_PYTHON": str(project / "rasa" / "bin" / "python")}
    assert_refused(
        run("train", settings=settings),
        1,
        "Training the dialogue failed: InvalidDomain: the domain is wrong "
        f"(log: {project / 'var/log/training.log'}).",
    )
