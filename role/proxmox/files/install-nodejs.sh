# generated from role-src; do not edit
# Installs Debian's nodejs on a Proxmox VE node. First without an update of the package lists, which a node mostly
# needs not. Then with one of Debian's own lists alone: a node without subscription answers 401 for
# enterprise.proxmox.com, and apt-get would fail for that.
export DEBIAN_FRONTEND=noninteractive
etc=${APT_ETC:-/etc/apt}

install() { apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends nodejs; }

# Entries of Debian's archive: a line of a list, or a stanza where blank lines separate them.
debian_entries() { awk -v RS="$2" 'BEGIN { ORS = RS == "" ? "\n\n" : RS } /debian/ && !/proxmox\.com/' "$1"; }

update() {
  parts=$(mktemp -d) || return 1
  chmod 755 "$parts"
  for file in "$etc/sources.list" "$etc"/sources.list.d/*.list; do
    [ -r "$file" ] && debian_entries "$file" '\n' >"$parts/${file##*/}"
  done
  for file in "$etc"/sources.list.d/*.sources; do
    [ -r "$file" ] && debian_entries "$file" '' >"$parts/${file##*/}"
  done
  mv "$parts/sources.list" "$parts/debian-main.list" 2>/dev/null
  apt-get -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$parts" -o APT::Get::List-Cleanup=0 update
  rm -rf "$parts"
}

install && exit 0
update
install && exit 0
echo "cannot install nodejs on this node: see apt-get's answer above; install it by hand (apt-get install nodejs)," \
  "or give the role an archive of Node.js on the controller (proxmox_nodejs: /path/to/node-linux-x64.tar.xz)" >&2
exit 1
