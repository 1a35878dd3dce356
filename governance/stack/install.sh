#!/bin/sh
# install.sh PYTHON VENV LOCK: make the virtual environment and install a lock.
set -eu
python=$1 venv=$2 lock=$3

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Probatum needs Python 3.11 or newer; $python is not. Try: make run PYTHON=python3.12" >&2
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing what the system lacks: python3-venv"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update --quiet && apt-get install --yes --no-install-recommends python3-venv
    else
        echo "Python's venv module is missing. Install it with: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi
[ -x "$venv/bin/python" ] || { echo "Making $venv"; "$python" -m venv "$venv"; }

export PIP_DISABLE_PIP_VERSION_CHECK=1
echo "Installing $(grep -c '^[a-z].*==' "$lock") packages of $lock"
# uv is ten times as quick. pip follows where uv does not, such as a mirror that
# only pip's own configuration names.
version=$(sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements-dev.lock)
[ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip install --quiet "uv==$version" || true
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes \
    --compile-bytecode -r "$lock" ||
    "$venv/bin/python" -m pip install --quiet --require-hashes -r "$lock"

# The Python client is part of this repository and has no dependency of its own.
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo "$PWD/clients/python/src" >"$site/probatum_client.pth"
