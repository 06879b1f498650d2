"""The operator sets Kotae up with environment variables, a settings file and mounted secrets."""

from base64 import b64encode
from pathlib import Path

import pytest

from web_widget.read_settings import load_settings, secret_fields
from web_widget.settings import Settings
from web_widget.settings_sentences import WrongSettings, variable

SECRET = "a-secret-of-enough-length"


def problems(environ: dict[str, str], env_file: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(WrongSettings) as caught:
        load_settings(environ, env_file)
    return caught.value.problems


def test_it_works_without_any_setting() -> None:
    settings = load_settings({})
    assert (settings.host, settings.port, settings.languages) == ("127.0.0.1", 8000, ("en", "ja"))
    assert settings.database == f"sqlite:///{settings.var_dir}/kotae.db"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text(
        'KOTAE_PORT=9001\nKOTAE_TEAM_NAME="山道アウトドア"\nOTHER=1\n', encoding="utf-8"
    )
    settings = load_settings({"KOTAE_PORT": "9002", "PATH": "/bin"}, file)
    assert (settings.port, settings.team_name) == (9002, "山道アウトドア")


def test_an_empty_value_means_the_default() -> None:
    assert load_settings({"KOTAE_PORT": " ", "KOTAE_ACTION_TOKEN": ""}).port == 8000


@pytest.mark.parametrize(
    ("name", "value", "must"),
    [
        ("KOTAE_PORT", "abc", "a whole number from 1 to 65535"),
        ("KOTAE_PORT", "70000", "a whole number from 1 to 65535"),
        ("KOTAE_PORT", "80.5", "a whole number from 1 to 65535"),
        ("KOTAE_MAX_WRONG", "8", "a number between 0 and 1"),
        ("KOTAE_MAX_WRONG", "nan", "a number between 0 and 1"),
        ("KOTAE_DEMO", "maybe", "true or false"),
        ("KOTAE_TIME_ZONE", "Mars/Base", "the name of a time zone such as Asia/Tokyo"),
        ("KOTAE_LANGUAGES", "english", "language tags such as en,ja"),
        (
            "KOTAE_ALLOWED_ORIGINS",
            "*",
            "origins such as https://shop.example, separated by commas",
        ),
        (
            "KOTAE_ALLOWED_ORIGINS",
            "https://shop.example/path",
            "origins such as https://shop.example, separated by commas",
        ),
        (
            "KOTAE_OPENING_HOURS",
            "Mon 25:00-26:00",
            "always, or days and times such as Mon-Fri 09:00-18:00; Sat 10:00-16:00",
        ),
        (
            "KOTAE_TRUSTED_PROXIES",
            "router",
            "addresses or networks such as 10.0.0.0/8, separated by commas",
        ),
        ("KOTAE_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("KOTAE_DEFAULT_LANGUAGE", "fr", "one of KOTAE_LANGUAGES: en, ja"),
        ("KOTAE_ACTION_PORT", "8000", "differ from KOTAE_PORT"),
    ],
)
def test_a_wrong_value_is_told_in_one_sentence(name: str, value: str, must: str) -> None:
    assert problems({name: value}) == (
        f"{name} is '{value}', must be {must}".replace("be differ", "differ"),
    )


def test_each_wrong_variable_gets_its_sentence() -> None:
    assert len(problems({"KOTAE_PORT": "x", "KOTAE_DEMO": "x", "KOTAE_HTTPS": "x"})) == 3


def test_a_misspelt_variable_is_refused_with_the_nearest_name() -> None:
    assert problems({"KOTAE_PROT": "1"}) == (
        "KOTAE_PROT is not a setting of Kotae, did you mean KOTAE_PORT?",
    )
    assert problems({"KOTAE_XYZZY": "1"}) == ("KOTAE_XYZZY is not a setting of Kotae",)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(SECRET + "\n")
    environ = {"KOTAE_ACTION_TOKEN_FILE": str(tmp_path / "token")}
    assert load_settings(environ).action_token == SECRET
    assert "both set" in problems({**environ, "KOTAE_ACTION_TOKEN": SECRET})[0]


def test_a_missing_secret_file_stops_the_start(tmp_path: Path) -> None:
    (sentence,) = problems({"KOTAE_RASA_TOKEN_FILE": str(tmp_path / "none")})
    assert sentence.startswith("KOTAE_RASA_TOKEN_FILE is '") and "cannot be read" in sentence


@pytest.mark.parametrize("field", sorted(secret_fields()))
def test_a_secret_is_never_shown(field: str) -> None:
    (sentence,) = problems({variable(field): "mysql://u:pass wörd@host"})
    assert "pass" not in sentence
    good, hidden = "postgresql+psycopg://u:hidden-word@db/kotae", "hidden-word"
    if field == "webhook_secret":
        hidden = b64encode(b"a hidden word of enough bytes").decode()
        good = f"whsec_{hidden}"
    assert hidden not in repr(load_settings({variable(field): good}))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"WEBHOOK_URL": "https://a.example"},
            "KOTAE_WEBHOOK_SECRET is missing, KOTAE_WEBHOOK",
        ),
        (
            {"WEBHOOK_SECRET": "whsec_c2hvcnQtc2VjcmV0"},
            "KOTAE_WEBHOOK_SECRET must be whsec_ and base64 of",
        ),
        ({"WEBHOOK_URL": "ftp://a.example"}, "KOTAE_WEBHOOK_URL is 'ftp://a.example', must be an"),
        ({"SMTP_HOST": "mail.example"}, "KOTAE_MAIL_FROM is missing, KOTAE_SMTP_HOST needs it"),
        ({"MAIL_FROM": "Ann <a@b.example>"}, "KOTAE_MAIL_FROM is 'Ann <a@b.example>', must be an"),
        ({"MAIL_TO": "a@b.example, nobody"}, "KOTAE_MAIL_TO is 'a@b.example, nobody', must be"),
        ({"SMTP_SECURITY": "ssl"}, "KOTAE_SMTP_SECURITY is 'ssl', must be starttls, tls or none"),
    ],
)
def test_half_a_way_of_telling_others_stops_the_start(
    changes: dict[str, str], sentence: str
) -> None:
    found = problems({f"KOTAE_{name}": value for name, value in changes.items()})
    assert found[0].startswith(sentence)


def test_a_webhook_without_encryption_must_be_meant() -> None:
    secret = f"whsec_{b64encode(b'k' * 32).decode()}"
    chosen = {"KOTAE_WEBHOOK_URL": "http://crm.internal/hook", "KOTAE_WEBHOOK_SECRET": secret}
    (sentence,) = problems(chosen)
    assert "must be an https:// address unless KOTAE_WEBHOOK_ALLOW_PRIVATE is set" in sentence
    assert load_settings({**chosen, "KOTAE_WEBHOOK_ALLOW_PRIVATE": "true"}).channels == ("webhook",)


def test_every_setting_has_a_sentence() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description and field.description.endswith("."), name


def test_the_desk_gets_its_part() -> None:
    settings = load_settings({"KOTAE_EPISODE_IDLE_MINUTES": "45", "KOTAE_RASA_TIMEOUT": "2.5"})
    desk = settings.desk(settings.sites())
    assert (desk.episode_idle.total_seconds(), desk.rasa_timeout) == (2700, 2.5)
    assert desk.hours.periods == ()


def test_origins_are_written_as_browsers_send_them() -> None:
    given = "https://Shop.example:443/, http://localhost:3000 ,https://shop.example"
    assert load_settings({"KOTAE_ALLOWED_ORIGINS": given}).allowed_origins == (
        "https://shop.example",
        "http://localhost:3000",
    )


def test_a_virtual_environment_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    (tmp_path / "python").symlink_to(tmp_path / "real")
    settings = load_settings({"KOTAE_RASA_PYTHON": str(tmp_path / "python")})
    assert settings.rasa_python == tmp_path / "python"
