#!/bin/sh
# Replaces the containers of services with new ones, one at a time and without downtime: a new one is
# ready before an old one is stopped. Build or pull the new image first.
#
#   deploy/roll.sh restmapper liveupdate messages_post messages_get
#
# COMPOSE is the command with its options, if it is not `docker compose`.
set -eu
compose=${COMPOSE:-docker compose}

# In parentheses: a subshell, so that its variables do not overwrite those of the loop below.
running() (
  for container in $($compose ps -q "$1"); do
    if [ "$(docker inspect -f '{{.State.Running}}' "$container")" = true ]; then echo "$container"; fi
  done
)

# Waits until every container of a service is ready.
wait_ready() (
  for container in $(running "$1"); do
    seconds=0
    until docker exec "$container" node packages/cli/dist/main.js healthcheck 2>/dev/null; do
      seconds=$((seconds + 1))
      [ "$seconds" -lt 60 ] || { echo "$1: $container is not ready" >&2; exit 1; }
      sleep 1
    done
  done
)

for service in "$@"; do
  old=$(running "$service")
  for container in $old; do
    more=$(($(running "$service" | wc -l) + 1))
    $compose up --detach --no-deps --no-recreate --scale "$service=$more" "$service"
    wait_ready "$service"
    docker stop --time 15 "$container" >/dev/null
    docker rm "$container" >/dev/null
  done
  echo "$service: replaced $(echo "$old" | wc -w)"
done
