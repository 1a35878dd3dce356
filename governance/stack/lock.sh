#!/bin/sh
# lock.sh BIN: write the whole trees, with hashes, for every platform.
set -eu
compile() {
    "$1/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
        "$2" -o "$3" $4
}
compile "$1" requirements.txt requirements.lock ""
compile "$1" requirements-dev.txt requirements-dev.lock "-c requirements.lock"
