#!/usr/bin/env bash
# Sets up the Python environments: requirements/install.sh app [dev] [rasa]
#
# .venv (Python 3.11 or newer) runs the product, .venv-rasa (Python 3.10) runs Rasa and nothing else. Each step leaves a stamp
# with the checksum of what it installed, written last: an unchanged step costs nothing, a changed one is installed over what is
# there, and an interrupted one is rebuilt from the start, since pip may have left half a package.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p var/log

fail() { echo "kotae set-up: $*" >&2; exit 1; }
runs() { "$1" -c "import sys, venv, ensurepip; sys.exit(0 if $2 else 1)" >/dev/null 2>&1; }

find_app_python() {
  local wanted='sys.version_info >= (3, 11)' candidate
  if [ -n "${KOTAE_PYTHON:-}" ]; then
    runs "$KOTAE_PYTHON" "$wanted" || fail "KOTAE_PYTHON is '$KOTAE_PYTHON', which is not a working Python 3.11 or newer with venv."
    echo "$KOTAE_PYTHON"; return
  fi
  for candidate in python3.11 python3.12 python3.13 python3 "$HOME"/.pyenv/versions/3.1[1-3].*/bin/python3; do
    if runs "$candidate" "$wanted and sys.version_info < (3, 14)"; then echo "$candidate"; return; fi
  done
  fail "no Python 3.11, 3.12 or 3.13 with venv was found: install one or set KOTAE_PYTHON to its path."
}

# Rasa 3.6 runs on Python 3.10 at the newest. A `python3.10` on PATH may be a shim that only prints an error, so each is tried.
find_rasa_python() {
  local wanted='sys.version_info[:2] == (3, 10)' candidate
  if [ -n "${KOTAE_PYTHON310:-}" ]; then
    runs "$KOTAE_PYTHON310" "$wanted" || fail "KOTAE_PYTHON310 is '$KOTAE_PYTHON310', which is not a working Python 3.10 with venv."
    echo "$KOTAE_PYTHON310"; return
  fi
  for candidate in python3.10 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python3.10; do
    if runs "$candidate" "$wanted"; then echo "$candidate"; return; fi
  done
  candidate=$(uv_python) && [ -n "$candidate" ] && runs "$candidate" "$wanted" && { echo "$candidate"; return; }
  fail "no Python 3.10 was found, and uv could not fetch one: install Python 3.10 (for example with pyenv) or set KOTAE_PYTHON310 to its path."
}

uv_python() {
  local uv=uv
  if ! command -v uv >/dev/null 2>&1; then
    .venv/bin/python -m pip install -q uv >>var/log/install-uv.log 2>&1 || return 1
    uv=.venv/bin/uv
  fi
  "$uv" python install 3.10 >>var/log/install-uv.log 2>&1 || return 1
  "$uv" python find 3.10 2>>var/log/install-uv.log
}

stamp_of() { cat "$@" | sha256sum | cut -d' ' -f1; }
installed() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }
# An environment is moved aside with its path inside it: one that was copied or moved is built anew.
usable() { [ -x "$1/bin/python" ] && [ ! -e "$1/.interrupted" ] && "$1/bin/python" -m pip --version >/dev/null 2>&1; }

# environment STAMP-NAME PYTHON-FINDER REQUIREMENT-FILES...
install_into() {
  local env=$1 name=$2 finder=$3; shift 3
  local stamp="$env/.installed-$name" wanted log="var/log/install-$name.log" file python
  wanted=$(stamp_of "$@")
  if usable "$env" && installed "$stamp" "$wanted"; then return; fi
  local started=$SECONDS
  if ! usable "$env"; then
    python=$("$finder") || exit 1
    rm -rf "$env"
    "$python" -m venv "$env" || fail "the environment $env could not be made with $python."
  fi
  touch "$env/.interrupted"
  echo "Setting up $env ($name; the first time takes a few minutes, log in $log) ..."
  : >"$log"
  for file in "$@"; do
    case "$file" in *.txt)
      "$env/bin/python" -m pip install -q --disable-pip-version-check -r "$file" >>"$log" 2>&1 ||
        fail "installing $file failed; trying again helps if the package index was out of reach. The end of $log: $(grep -v '^WARNING' "$log" | tail -n 3 | tr '\n' ' ')" ;;
    esac
  done
  if [ "$name" = app ]; then
    "$env/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . >>"$log" 2>&1 ||
      fail "installing Kotae itself failed, see $log."
  fi
  echo "$wanted" >"$stamp"
  rm -f "$env/.interrupted"
  echo "Set up $env ($name) in $((SECONDS - started)) s."
}

app() { install_into .venv app find_app_python requirements/build.txt requirements/torch.txt requirements/app.txt pyproject.toml; }
dev() { install_into .venv dev find_app_python requirements/dev.txt; }
rasa() { install_into .venv-rasa rasa find_rasa_python requirements/rasa.txt; }

# Two runs at once would install over each other.
exec 9>var/install.lock
flock 9

# The two environments are independent, so they are set up side by side; dev goes into the same one as app, after it.
wants() { case " $steps " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }
steps=$*
rasa_job=
trap '[ -n "$rasa_job" ] && kill "$rasa_job" 2>/dev/null; exit 130' INT TERM
if wants rasa; then rasa & rasa_job=$!; fi
status=0
if wants app; then (app) || status=1; fi
if [ "$status" = 0 ] && wants dev; then (dev) || status=1; fi
if [ -n "$rasa_job" ]; then wait "$rasa_job" || status=1; fi
exit "$status"
