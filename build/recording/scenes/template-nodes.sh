#!/bin/bash
# A template on three nodes: one cannot make the new generation, so no node has its name; the next run gives it to all.
NODES=3
. "$(dirname "$0")/on-test-node.sh"
by_api='-e proxmox_connection=api -e proxmox_disk_storage=local'
on_controller "ansible-playbook template-nodes.yml $by_api" > /dev/null
fault='{"match": ["POST", "/nodes/pve03/qemu"], "fail": {"text": "unable to create VM 9004 - no space left on device"}}'
testnode exec pve03 sh -c 'printf %s "$0" > /etc/testnode/faults.json' "{\"commands\": [$fault]}"
begin
show "ansible-playbook template-nodes.yml $by_api -e proxmox_vm_memory=3072"
testnode exec pve03 rm /etc/testnode/faults.json
show "ansible-playbook template-nodes.yml $by_api -e proxmox_vm_memory=3072"
