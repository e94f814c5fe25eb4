"""Eight clients at once change one VM, each its own option, and read it; prints how many answers were not 200."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from proxmoxer import ProxmoxAPI, ResourceException

order = json.loads(sys.argv[1])
OPTIONS = ["cores", "sockets", "vcpus", "cpuunits", "shares", "migrate_speed", "memory", "balloon"]


def work(index):
    api = ProxmoxAPI(
        order["host"], user="root@pam", token_name=order["token_name"], token_value=order["token_value"], verify_ssl=True
    )
    vm = api.nodes("pve01").qemu(order["vmid"])
    failed = 0
    for value in range(order["rounds"]):
        try:
            vm.config.put(**{OPTIONS[index]: 100 + value})
            if int(vm.config.get()[OPTIONS[index]]) != 100 + value:
                failed += 1
        except ResourceException:
            failed += 1
    return failed


with ThreadPoolExecutor(8) as pool:
    print(sum(pool.map(work, range(len(OPTIONS)))))
