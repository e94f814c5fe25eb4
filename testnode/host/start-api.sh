#!/bin/bash
# Starts what answers on port 8006 of a node, on which it then starts with the node.
[ ! -s /run/pvedaemon.pid ] || exit 0
touch /var/lib/testnode/api
for daemon in pvedaemon pveproxy; do
  setsid "/usr/bin/$daemon" run < /dev/null >> /var/log/testnode/services.log 2>&1 &
done
for file in /run/pvedaemon.pid /run/pveproxy/pveproxy.pid; do
  until [ -s "$file" ]; do sleep 0.01; done
done
