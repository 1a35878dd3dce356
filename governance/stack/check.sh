#!/bin/sh
# check.sh BIN: everything that is checked without running the product. All checks
# run, and the names of those that failed stand at the end.
set -u
bin=$1
failed=
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

step() {
    name=$1
    shift
    echo "== $name"
    "$@" || failed="$failed $name"
}
secret() { "$bin/python" -c 'import secrets; print(secrets.token_urlsafe(64))'; }

step format "$bin/ruff" format --check --quiet .
step lint "$bin/ruff" check --quiet .
step imports "$bin/lint-imports" --no-cache --no-logo
step types "$bin/mypy" audits registry governance clients/python/src
# Orphan and doubled tags, missing texts for images, mistakes in template syntax.
step templates "$bin/djlint" --lint --quiet --ignore H006,H015,H030,H031,H043 templates

# Nothing of this machine's own: throw-away secrets, and no database is opened.
VAR_DIR=$folder
SECRET_KEY=$(secret) IDEMPOTENCY_SECRET=$(secret)
PAYLOAD_KEK=$(secret)
BASE_URL=https://probatum.example ALLOWED_HOSTS=probatum.example
DATABASE_URL=postgresql://app@127.0.0.1:1/probatum
DATABASE_OWNER_URL=postgresql://owner@127.0.0.1:1/probatum
BROKER_URL=redis://127.0.0.1:1/0
DJANGO_SETTINGS_MODULE=governance.settings.production
export VAR_DIR SECRET_KEY IDEMPOTENCY_SECRET PAYLOAD_KEK BASE_URL \
    ALLOWED_HOSTS DATABASE_URL DATABASE_OWNER_URL BROKER_URL DJANGO_SETTINGS_MODULE
step deployment "$bin/python" manage.py check --deploy --fail-level WARNING
step migrations "$bin/python" -W ignore manage.py makemigrations --check --dry-run

if [ -n "$failed" ]; then
    echo "Failed:$failed" >&2
    exit 1
fi
echo "All checks passed."
