#!/usr/bin/env python3
"""Records what qm, pvesm and pvesh do on this Proxmox VE node, as JSONL that the test node can replay.

It runs every step for real: VMs and disks of the node are created, changed and destroyed. Use a throw-away node.

usage: record.py --throw-away-node STEPS > RECORDING.jsonl

STEPS has one command a line, quoted as for a shell; `! COMMAND` is a shell step that prepares the node, `#` a remark.
Needs nothing but what a node has: Python, qemu-img, lsattr.
"""

import base64
import glob
import json
import os
import re
import shlex
import socket
import subprocess
import sys

STORAGES = "/etc/pve/storage.cfg"
EXTENSIONS = {".raw": "raw", ".qcow2": "qcow2", ".vmdk": "vmdk"}


def main():
    if len(sys.argv) != 3 or sys.argv[1] != "--throw-away-node":
        sys.exit(__doc__)
    name = os.path.splitext(os.path.basename(sys.argv[2]))[0]
    version = pve_version()
    with open(sys.argv[2], encoding="utf-8") as lines:
        steps = [line.strip() for line in lines]
    steps = [step for step in steps if step and not step.startswith("#")]
    for seq, step in enumerate(steps, 1):
        record = {"id": f"{name}-{seq:03}", "seq": seq, **run(step), "pve": version}
        print(json.dumps(record, ensure_ascii=False), flush=True)


def pve_version():
    text = subprocess.run(["pveversion"], stdout=subprocess.PIPE, check=True).stdout.decode()
    found = re.search(r"pve-manager/(\d+\.\d+)", text)
    return found.group(1) if found else sys.exit(f"cannot read the version of Proxmox VE from: {text}")


def run(step):
    is_setup = step.startswith("!")
    argv = ["bash", "-c", step[1:].strip()] if is_setup else shlex.split(step)
    before = set(configurations())
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    after = configurations()
    vmids = sorted((before | set(after)) & set(re.findall(r"\d{3,}", step)) | (before ^ set(after)))
    return {
        "kind": "setup" if is_setup else "cmd",
        "argv": argv,
        "rc": done.returncode,
        **text("stdout", done.stdout),
        **text("stderr", done.stderr),
        "conf_after": {vmid: after.get(vmid) for vmid in vmids},
        "volumes_after": volumes(),
    }


def text(field, data):
    """The bytes as text; with the bytes themselves beside it if they are no UTF-8."""
    try:
        return {field: data.decode()}
    except UnicodeDecodeError:
        encoded = base64.b64encode(data).decode()
        return {field: data.decode(errors="replace"), f"{field}_b64": encoded}


def configurations():
    folder = f"/etc/pve/nodes/{socket.gethostname().split('.')[0]}/qemu-server"
    found = {}
    for path in glob.glob(f"{folder}/*.conf"):
        with open(path, encoding="utf-8", errors="replace") as file:
            found[os.path.basename(path)[: -len(".conf")]] = file.read()
    return found


def volumes():
    """Disk volumes of all directory storages; those of LVM and ZFS are devices, which a replay cannot compare."""
    return [
        volume(storage, root, path)
        for storage, root in directories()
        for path in sorted(glob.glob(f"{root}/images/*/*"))
        if os.path.isfile(path)
    ]


def directories():
    storage = None
    with open(STORAGES, encoding="utf-8") as lines:
        for line in lines:
            head = re.match(r"(\w+): (\S+)", line)
            if head:
                storage = head.group(2)
            path = re.match(r"\s+path (\S+)", line)
            if path:
                yield storage, path.group(1)


def volume(storage, root, path):
    info = image_info(path)
    flags = subprocess.run(["lsattr", "-d", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return {
        "volid": f"{storage}:{os.path.relpath(path, f'{root}/images')}",
        "format": info.get("format"),
        "virtual_size": info.get("virtual-size"),
        "backing_file": info.get("backing-filename"),
        "mode": oct(os.stat(path).st_mode & 0o7777),
        "immutable": b"i" in flags.split(b" ")[0],
    }


def image_info(path):
    image_format = EXTENSIONS.get(os.path.splitext(path)[1], "qcow2")
    command = ["qemu-img", "info", "-U", "-f", image_format, "--output=json", path]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout) if done.returncode == 0 else {}


main()
