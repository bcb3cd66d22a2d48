#!/bin/sh
# Brings Plone from PyPI into the cache and makes its site there, once; the tests copy it. Its packages ask for no fixed
# versions of each other, so the whole set that worked together is listed.
set -eu
cd "$(dirname "$0")/.."
from=crates/testkit/plone
version=$(sed -n 's/^Plone==//p' $from/requirements.txt)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/yigao/plone-$version"
if [ -e "$cache/ready" ] && cmp -s $from/requirements.txt "$cache/requirements.txt" && cmp -s $from/setup.py "$cache/setup.py"; then
    exit 0
fi
echo "plone: $version from PyPI into $cache, once (about two minutes)"
rm -rf "$cache" && mkdir -p "$cache"
export PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$cache/venv"
"$cache/venv/bin/pip" install -q --no-deps -r $from/requirements.txt
"$cache/venv/bin/mkwsgiinstance" -d "$cache/plone" -u admin:admin-password-0123456789 >/dev/null
mkdir -p "$cache/plone/var/blobs" "$cache/plone/etc/package-includes"
sed "s|{folder}|$cache|" $from/zope.conf >"$cache/plone/etc/zope.conf"
cp $from/setup.py $from/requirements.txt "$cache/"
"$cache/venv/bin/zconsole" run "$cache/plone/etc/zope.conf" "$cache/setup.py" >"$cache/setup.log" 2>&1 || {
    tail -30 "$cache/setup.log" >&2
    exit 1
}
touch "$cache/ready"
