#!/bin/bash
# A template whose clone does not come up well is not released; the next one is.
. "$(dirname "$0")/on-test-node.sh"
by_api='-e proxmox_connection=api -e proxmox_disk_storage=local'
guests() {
  testnode exec pve01 sh -c 'printf %s "$0" > /etc/testnode/faults.json' \
    "{\"guestPrograms\": [{\"match\": \"cloud-init status\", \"output\": \"$1\"}]}"
}
guests 'status: error\ndetail: no such package: nginxx\n--units--\nnginx.service loaded failed failed A web server'
begin
show "ansible-playbook template-test.yml $by_api"
guests 'status: done\n--units--\n'
show "ansible-playbook template-test.yml $by_api"
