#!/bin/bash
# Joins standard input and output to a TCP port: the ProxyCommand that leads from the normal shell into the nodes' network.
# usage: connect.sh ADDRESS PORT
exec 3<> "/dev/tcp/$1/$2" || exit 1
cat <&3 &
cat >&3
wait
