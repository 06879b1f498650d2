"""The dialogue is trained when something it is made of has changed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from web_widget.supervisor.dialogue import Dialogue, TrainingStages
from web_widget.supervisor.errors import CannotStart


@pytest.fixture
def dialogue(tmp_path: Path) -> Dialogue:
    """A project with everything but a trained model."""
    for name, text in {
        "config.yml": "pipeline:\n  - name: bot.acts.ActClassifier\n  - name: Other\n",
        "bot/launcher.py": "",
        "bot/acts.py": "from bot.words import WORDS\n",
        "bot/words.py": "WORDS = ()\n",
        "bot/channel.py": "y = 1\n",
        "bot/domain.yml": "intents: [greet]\n",
        "data/dialogue/rules.yml": "rules: []\n",
        "data/faq/orders.yml": "faqs: []\n",
        "rasa/bin/python": "",
        "rasa/lib/python3.10/site-packages/rasa-3.6.21.dist-info/METADATA": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return Dialogue(tmp_path, tmp_path / "var" / "models", tmp_path / "rasa" / "bin" / "python")


def train(dialogue: Dialogue, content: str = "trained") -> Path:
    """What a training would leave, taken over."""
    command = dialogue.training({}, dialogue.root / "training.log")
    workshop = Path(command.argv[command.argv.index("--out") + 1])
    workshop.mkdir(parents=True)
    (workshop / "dialogue.tar.gz").write_text(content)
    model = dialogue.keep_trained(dialogue.fingerprint())
    assert model
    return model


def test_it_is_trained_the_first_time_and_not_again(dialogue: Dialogue) -> None:
    assert dialogue.current_model() is None
    model = train(dialogue)
    assert dialogue.current_model() == model
    assert model.read_text() == "trained"


@pytest.mark.parametrize(
    "name",
    ["config.yml", "bot/domain.yml", "data/dialogue/rules.yml", "bot/acts.py", "bot/words.py"],
)
def test_a_change_of_its_sources_makes_it_stale(dialogue: Dialogue, name: str) -> None:
    model = train(dialogue)
    with (dialogue.root / name).open("a") as out:
        out.write("# changed\n")
    assert dialogue.current_model() is None
    assert dialogue.previous_model() == model


@pytest.mark.parametrize("name", ["data/faq/orders.yml", "bot/channel.py"])
def test_other_changes_need_no_training(dialogue: Dialogue, name: str) -> None:
    train(dialogue)
    (dialogue.root / name).write_text("# changed\n")
    assert dialogue.current_model()


def test_a_new_or_renamed_file_makes_it_stale(dialogue: Dialogue) -> None:
    train(dialogue)
    (dialogue.root / "data/dialogue/rules.yml").rename(dialogue.root / "data/dialogue/more.yml")
    assert dialogue.current_model() is None


def test_another_version_of_rasa_makes_it_stale(dialogue: Dialogue) -> None:
    train(dialogue)
    packages = dialogue.root / "rasa/lib/python3.10/site-packages"
    (packages / "rasa-3.6.21.dist-info").rename(packages / "rasa-3.6.22.dist-info")
    assert dialogue.current_model() is None


def test_a_damaged_model_is_not_used(dialogue: Dialogue) -> None:
    train(dialogue).write_text("trainxd")
    assert dialogue.current_model() is None
    assert dialogue.previous_model() is None


def test_a_damaged_note_means_training_anew(dialogue: Dialogue) -> None:
    train(dialogue)
    (dialogue.models / "dialogue.json").write_text("{")
    assert dialogue.current_model() is None


def test_a_training_that_made_nothing_leaves_the_model_alone(dialogue: Dialogue) -> None:
    model = train(dialogue)
    dialogue.training({}, dialogue.root / "training.log")
    assert dialogue.keep_trained("0" * 64) is None
    assert dialogue.current_model() == model


def test_an_edit_during_training_is_trained_the_next_time(dialogue: Dialogue) -> None:
    before = dialogue.fingerprint()
    command = dialogue.training({}, dialogue.root / "training.log")
    workshop = Path(command.argv[command.argv.index("--out") + 1])
    workshop.mkdir(parents=True)
    (workshop / "dialogue.tar.gz").write_text("trained")
    (dialogue.root / "config.yml").write_text("pipeline: []\n")
    assert dialogue.keep_trained(before)
    assert dialogue.current_model() is None


def test_two_models_are_kept(dialogue: Dialogue) -> None:
    for number in range(4):
        (dialogue.root / "config.yml").write_text(f"pipeline: [] # {number}\n")
        train(dialogue, f"model {number}")
    assert len(list(dialogue.models.glob("dialogue-*.tar.gz"))) == 2
    assert dialogue.current_model()


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        (
            "config.yml",
            "There is no config.yml in {root}: run kotae in the top folder of the project.",
        ),
        (
            "rasa/bin/python",
            "Rasa's Python {root}/rasa/bin/python does not exist: run `make setup` or set "
            "KOTAE_RASA_PYTHON to the Python of an environment that has Rasa.",
        ),
    ],
)
def test_what_is_missing_is_named(dialogue: Dialogue, missing: str, sentence: str) -> None:
    (dialogue.root / missing).unlink()
    with pytest.raises(CannotStart) as caught:
        dialogue.require()
    assert caught.value.message == sentence.format(root=dialogue.root)


def test_an_environment_without_rasa_is_named(dialogue: Dialogue) -> None:
    dialogue.require()
    packages = dialogue.root / "rasa/lib/python3.10/site-packages"
    (packages / "rasa-3.6.21.dist-info").rename(packages / "rasa_sdk-3.6.2.dist-info")
    with pytest.raises(CannotStart, match="Rasa is not installed"):
        dialogue.require()


def test_the_stages_of_training_are_read_off_its_log() -> None:
    stages = TrainingStages(total=3)
    assert stages("INFO rasa - Starting to train component 'Featurizer'.") == ("Featurizer", 0, 3)
    assert stages("INFO rasa - Finished training component 'Featurizer'.") == ("Featurizer", 1, 3)
    assert stages("anything else") is None
