#!/bin/bash
# Process 1 of a node: builds the node's file system and network, starts sshd, then reaps orphans.
# usage: node.sh STATE_DIRECTORY NAME LAN_PID MAC ADDRESS/PREFIX GATEWAY
set -euo pipefail
state=$1 name=$2 lan=$3 mac=$4 address=$5 gateway=$6
own=$state/memory/$name disk=$state/$name root=$state/memory/$name/root
read -r pid _ < /proc/self/stat

hostname "$name"

# As on a Proxmox VE node: eth0 is a port of vmbr0, which carries the address. vmbr1 has no port.
# After a power cut the kernel may not have cleared the old cable yet.
nsenter --net="/proc/$lan/ns/net" -- ip link delete "$name" 2> /dev/null || true
ip -batch - << NETWORK
link set lo up
link add eth0 type veth peer name $name netns /proc/$lan/ns/net
link add vmbr0 address $mac type bridge
link set eth0 master vmbr0 up
link add vmbr1 type bridge
address add $address dev vmbr0
link set vmbr0 up
link set vmbr1 up
route add default via $gateway
NETWORK
nsenter --net="/proc/$lan/ns/net" -- ip link set "$name" master lan0 up

# Whiteouts: these files of the host do not exist on the node.
while read -r path; do
  [ -e "$own/layer$path" ] || [ -c "$own/layer$path" ] || mknod "$own/layer$path" c 0 0
done < "$own/hidden"

mount -t overlay overlay -o "lowerdir=$own/layer:/,upperdir=$own/upper,workdir=$own/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=0755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir -p "$root/run/sshd" "$root/run/lock" "$root/run/testnode"
ln -s "/etc/pve/nodes/$name" "$root/run/testnode/local"

# Directories that show nothing of the host's: in memory, or on the disk where they may grow.
while read -r place path; do
  mkdir -p "$root$path"
  mount --bind "$place" "$root$path"
done < "$own/replaced"
mount --bind "$(cat "$own/node-binary")" "$root/opt/testnode/node"

cd "$root"
mkdir -p .host
pivot_root . .host
cd /
umount -l /.host
rmdir /.host

/usr/sbin/sshd -E /var/log/sshd.log
until [ -s /run/sshd.pid ]; do sleep 0.01; done
if [ -e /var/lib/testnode/api ]; then /usr/lib/testnode/start-api; fi
echo "ready $pid"

sleep infinity &
while :; do wait || true; done
