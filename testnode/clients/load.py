"""Eight clients at once change one VM, each its own option, and read it; prints, one a line, what was not as it should be."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from proxmoxer import ProxmoxAPI, ResourceException

order = json.loads(sys.argv[1])
OPTIONS = ["cores", "sockets", "vcpus", "cpuunits", "shares", "migrate_speed", "memory", "migrate_downtime"]


def work(index):
    api = ProxmoxAPI(
        order["host"],
        user="root@pam",
        token_name=order["token_name"],
        token_value=order["token_value"],
        verify_ssl=True,
        # Its own limit is 5 s, which eight at once reach on a machine that does much else.
        timeout=60,
    )
    vm = api.nodes("pve01").qemu(order["vmid"])
    problems = []
    for value in range(100, 100 + order["rounds"]):
        try:
            vm.config.put(**{OPTIONS[index]: value})
            seen = vm.config.get()[OPTIONS[index]]
            if int(seen) != value:
                problems.append(f"{OPTIONS[index]}: {seen} instead of {value}")
        except ResourceException as error:
            problems.append(f"{OPTIONS[index]}: {error}")
    return problems


with ThreadPoolExecutor(8) as pool:
    for problems in pool.map(work, range(len(OPTIONS))):
        for problem in problems:
            print(problem)
