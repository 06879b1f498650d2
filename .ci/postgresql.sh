# shellcheck shell=bash
# A PostgreSQL of our own for the tests: in a temporary folder, on a free loopback port, ended by its own control program.

start_postgresql() {
  pg_bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  pg_home=$(mktemp -d)
  pg_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  if [ "$(id -u)" = 0 ]; then chown postgres "$pg_home"; pg_as=(runuser -u postgres --); else pg_as=(); fi
  (cd "$pg_home" && "${pg_as[@]}" "$pg_bin/initdb" -D "$pg_home/data" -U kotae -A trust -E UTF8 --no-locale >/dev/null &&
    "${pg_as[@]}" "$pg_bin/pg_ctl" -D "$pg_home/data" -w -l "$pg_home/log" \
      -o "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$pg_home" start >/dev/null &&
    "${pg_as[@]}" "$pg_bin/createdb" -h 127.0.0.1 -p "$pg_port" -U kotae kotae_test)
  export KOTAE_TEST_DATABASE_URL="postgresql+psycopg://kotae@127.0.0.1:$pg_port/kotae_test"
}

stop_postgresql() {
  (cd "$pg_home" && "${pg_as[@]}" "$pg_bin/pg_ctl" -D "$pg_home/data" -m fast stop >/dev/null) || true
  rm -rf "$pg_home"
}
