#!/bin/bash
# A VM that was made by hand, and its variables.
. "$(dirname "$0")/on-test-node.sh"
testnode exec pve01 qm create 300 --name web-01 --cores 4 --memory 4096 --scsihw virtio-scsi-single --scsi0 local:8 \
  --net0 virtio,bridge=vmbr0,tag=20 --agent 1 --onboot 1 --tags web,shop > /dev/null
begin
show 'ansible-playbook describe.yml'
show 'cat vms.yml'
