# Sourced by the scenes: a test node, and a folder of its own for what playbooks write. What comes before `begin` is not shown.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
project=$PWD
folder=$(mktemp -d)
cp examples/*.yml "$folder"
mkdir "$folder/roles" && cp -r role/proxmox "$folder/roles"

testnode() { (cd "$project" && npm run -s testnode -- "$@"); }

testnode up "${NODES:-1}" > /dev/null
trap 'testnode down > /dev/null; rm -rf "$folder"' EXIT
unset CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS
eval "$(testnode env)"
# What the nodes trust, and the cluster.
SSL_CERT_FILE=$folder/trusted.crt
testnode exec pve01 cat /etc/ssl/certs/ca-certificates.crt /etc/pve/pve-root-ca.pem > "$SSL_CERT_FILE"
export ANSIBLE_INVENTORY PATH=$project/.venv/bin:$PATH
export ANSIBLE_NOCOWS=1 ANSIBLE_FORCE_COLOR=1 ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_DISPLAY_SKIPPED_HOSTS=false HOME=$folder
ANSIBLE_INVENTORY=$(testnode inventory)
echo nameserver 10.98.0.1 > "$folder/resolv.conf"
mkdir -m 700 "$folder/.ssh" && ssh-keygen -q -t ed25519 -N '' -f "$folder/.ssh/id_ed25519"
cd "$folder"

on_controller() {
  testnode controller unshare --mount sh -c 'mount --bind "$0/resolv.conf" /etc/resolv.conf; cd "$0" && eval "$1"' "$folder" "$1"
}
begin() { printf '\f'; }
show() {
  printf '\033[94m$\033[0m %s\n' "$1"
  on_controller "$1" || true
}
