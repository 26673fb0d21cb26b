#!/bin/sh
# Makes what docker-compose.yml reads from ./secrets (or the folder given): one authority, a certificate for each
# server and for the nodes, and random passwords. Files that are there stay as they are.
set -eu
umask 077
folder=${1:-secrets}
mkdir -p "$folder/authorities"
cd "$folder"
days=825

[ -f ca.crt ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
  -subj '/CN=Countersign inner authority' -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' \
  -addext 'keyUsage=critical,keyCertSign,cRLSign' -keyout ca.key -out ca.crt 2>/dev/null
cp ca.crt authorities/ca.crt
echo '*' >.gitignore

for name in node events views temporal; do
  [ -f "$name.crt" ] && continue
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
    -keyout "$name.key" -out "$name.csr" 2>/dev/null
  printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n' "$name" >"$name.ext"
  openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days "$days" \
    -extfile "$name.ext" -out "$name.crt" 2>/dev/null
  rm "$name.csr" "$name.ext"
done

word() { openssl rand -hex 24; }
[ -f views-password ] || word >views-password
[ -f temporal-db-password ] || word >temporal-db-password
if [ ! -f events-url ]; then
  admin=$(word)
  printf 'KURRENTDB_DEFAULT_ADMIN_PASSWORD=%s\nKURRENTDB_DEFAULT_OPS_PASSWORD=%s\n' "$admin" "$(word)" >events.env
  printf 'kurrentdb://admin:%s@events:2113?tls=true&tlsCaFile=/run/secrets/ca.crt\n' "$admin" >events-url
fi
# Containers read these as users of their own; the folder keeps everybody else out.
chmod 0644 ./*.crt authorities/*.crt node.key events.key views.key temporal.key events-url views-password temporal-db-password
chmod 0755 authorities
chmod 0600 ca.key events.env
