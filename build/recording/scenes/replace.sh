#!/bin/bash
# A database server gets a new system: one that does not come up, so that the old one is back, and one that does.
. "$(dirname "$0")/on-test-node.sh"
guests() {
  testnode exec pve01 sh -c 'printf %s "$0" > /etc/testnode/faults.json' \
    "{\"guestPrograms\": [{\"match\": \"cloud-init status\", \"output\": \"$1\"}]}"
}
by_api='-e proxmox_connection=api -e proxmox_disk_storage=local'
on_controller "ansible-playbook replace.yml $by_api" > /dev/null
# The server of images has the same one under each name.
again="$by_api -e proxmox_vm_replace=always -e proxmox_vm_wait_for=cloud-init"
guests 'status: error\ndetail: no such package: postgresqll\n--units--\n'
begin
show "ansible-playbook replace.yml $again"
guests 'status: done\n--units--\n'
show "ansible-playbook replace.yml $again"
