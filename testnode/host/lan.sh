#!/bin/bash
# Process 1 of a cluster: holds the network between controller, nodes and guests, and the memory
# file system of the nodes. Everything else of the cluster lives in its namespaces: when it dies,
# the kernel ends all processes and drops all mounts and interfaces.
# usage: lan.sh STATE_DIRECTORY ADDRESS/PREFIX...
set -euo pipefail
state=$1
shift

mount -t tmpfs -o mode=0755 testnode "$state/memory"
{
  echo 'link set lo up'
  echo 'link add lan0 type bridge'
  for address in "$@"; do echo "address add $address dev lan0"; done
  echo 'link set lan0 up'
} | ip -batch -

# The number that the host knows this process by: /proc is still the host's.
read -r pid _ < /proc/self/stat
echo "ready $pid"

# bash reaps the orphans of the whole cluster while it waits.
sleep infinity &
while :; do wait || true; done
