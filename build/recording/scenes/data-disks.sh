#!/bin/bash
# The data of a database server outlive it: it is removed, and another VM that declares its disk gets it.
. "$(dirname "$0")/on-test-node.sh"
on_controller 'ansible-playbook data-disks.yml' > /dev/null
begin
show 'ansible-playbook data-disks.yml -e proxmox_vm_state=absent -e proxmox_vm_confirm_delete=shop-postgres'
show 'ansible-playbook data-disks.yml -e proxmox_vm_vmid=240 --diff'
