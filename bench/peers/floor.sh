# The least there is to do, on the nodes themselves: only the `qm` calls that are necessary, one after the other, no checks.
# Sourced after the work's variables, over one SSH connection to each node in turn, that of the template first.
set -eu
here=$(hostname)
conf=/etc/pve/qemu-server
if [ "$here" = "$vm_node" ]; then
  if [ ! -e "$image_path" ]; then
    curl -sSf -o "$image_path.part" "$image_url"
    echo "$image_digest  $image_path.part" | sha256sum -c --quiet
    mv "$image_path.part" "$image_path"
  fi
  if [ ! -e "$conf/$vm_id.conf" ]; then
    umask 077
    printf '%s\n' "$vm_ssh_key" > "/tmp/$vm_id.pub"
    qm create "$vm_id" --name "$vm_name" --cores 2 --memory "$vm_memory" --cpu host --ostype l26 --agent 1 --onboot 1 \
      --scsihw virtio-scsi-pci --net0 virtio,bridge=vmbr0,firewall=1 --serial0 socket --vga serial0 \
      --scsi0 "$storage:0,import-from=$image_path,format=qcow2,discard=on" --ide2 "$storage:cloudinit" --boot order=scsi0 \
      --ciuser "$vm_user" --cipassword "$vm_password" --sshkeys "/tmp/$vm_id.pub" --ipconfig0 "ip=$vm_ip,gw=$vm_gw" \
      --nameserver "$vm_dns" --searchdomain "$vm_domain"
    rm "/tmp/$vm_id.pub"
    qm resize "$vm_id" scsi0 "$vm_disk_size"
  fi
  grep -q "^memory: $vm_memory$" "$conf/$vm_id.conf" || qm set "$vm_id" --memory "$vm_memory"
  if [ "$vm_template" = true ] && ! grep -q '^template: 1' "$conf/$vm_id.conf"; then qm template "$vm_id"; fi
fi
printf '%s' "$clones" | while read -r id name ip gw cores memory node; do
  if [ "$here" = "$vm_node" ] && [ ! -e "/etc/pve/nodes/$node/qemu-server/$id.conf" ]; then
    if [ "$node" = "$here" ]; then target=; else target="--target=$node"; fi
    qm clone "$vm_id" "$id" --name "$name" $target < /dev/null
  fi
  if [ "$node" = "$here" ] && ! grep -q "^memory: $memory$" "$conf/$id.conf"; then
    qm set "$id" --cores "$cores" --memory "$memory" --ipconfig0 "ip=$ip,gw=$gw" < /dev/null
  fi
done
