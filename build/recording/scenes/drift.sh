#!/bin/bash
# Two VMs as declared, then what people do to them by hand.
. "$(dirname "$0")/on-test-node.sh"
on_controller 'ansible-playbook drift.yml' > /dev/null || true
testnode exec pve01 qm set 270 --memory 1024 > /dev/null
testnode exec pve01 qm set 271 --onboot 0 --tags by-hand > /dev/null
begin
show 'ansible-playbook drift.yml --check'
show 'grep -v "^ *[][{}],*$" drift.json | head -30'
