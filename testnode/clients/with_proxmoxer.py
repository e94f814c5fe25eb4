"""What people do with proxmoxer; called with a JSON object: host, and password or token (name, value). Prints what it saw."""

import json
import sys
import time

from proxmoxer import ProxmoxAPI, ResourceException

order = json.loads(sys.argv[1])
login = {key: order[key] for key in ("password", "token_name", "token_value") if key in order}
api = ProxmoxAPI(order["host"], user=order.get("user", "root@pam"), verify_ssl=True, timeout=60, **login)
node = api.nodes("pve01")
vmid = order["vmid"]


def wait(upid):
    while True:
        status = node.tasks(upid).status.get()
        if status["status"] == "stopped":
            return status["exitstatus"]
        time.sleep(0.1)


def refusal(call):
    try:
        call()
    except ResourceException as error:
        return error.status_code
    return None


seen = {
    "version": api.version.get()["version"],
    "nodes": sorted(node["node"] for node in api.nodes.get()),
    "next": api.cluster.nextid.get(),
    "created": wait(node.qemu.post(vmid=vmid, name="from-python", scsi0="local:1", net0="virtio,bridge=vmbr0")),
    "taken": refusal(lambda: node.qemu.post(vmid=vmid)),
}
vm = node.qemu(vmid)
vm.config.put(memory=768, description="by Python: ä")
seen["resized"] = wait(vm.resize.put(disk="scsi0", size="+1G"))
seen["config"] = vm.config.get()
seen["found"] = [one["name"] for one in api.cluster.resources.get(type="vm") if one.get("vmid") == vmid]
with open(order["iso"], "rb") as iso:
    seen["uploaded"] = wait(node.storage("local").upload.post(content="iso", filename=iso))
seen["isos"] = [one["volid"] for one in node.storage("local").content.get(content="iso")]
seen["log"] = len(node.tasks.get(limit=5))
print(json.dumps(seen))
