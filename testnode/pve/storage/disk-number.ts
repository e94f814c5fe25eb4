/** The lowest number that no disk of the VM has, over disks of all kinds: `vm-100-disk-0`, `base-100-disk-1.qcow2`. */
export function nextDiskNumber(files: readonly string[], vmid: number): number {
  const pattern = new RegExp(`^(?:vm|base)-${vmid}-disk-(\\d+)(?:\\.\\w+)?$`);
  const taken = new Set(files.flatMap(file => pattern.exec(file)?.[1] ?? []).map(Number));
  let number = 0;
  while (taken.has(number)) number += 1;
  return number;
}
