import type { LoggedCommand } from '../testnode/pve/runtime/command-log.ts';

/** What every way has to make; the same values for all of them. */
export interface Work {
  readonly memory: number;
  readonly clones: number;
  readonly hasTemplate: boolean;
  /** Nodes that the clones are spread over; the VM is on the first one. */
  readonly nodes: number;
}

export interface Image {
  readonly url: string;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
  /** Where the image is kept on the node. */
  readonly path: string;
}

interface Clone {
  readonly name: string;
  readonly vmid: number;
  readonly ip: string;
  readonly gw: string;
  readonly cores: number;
  readonly memory: number;
  /** Absent: the node of the template. */
  readonly node?: string;
  /** Our role would start it; the others leave that out. */
  readonly start: boolean;
}

export const FIRST_NODE = 'pve01';
export const SHARED_STORAGE = 'shared';
const VMID = 9000;
const FIRST_CLONE = 301;
const GATEWAY = '10.98.0.1';

export const ONE_VM: Work = { memory: 2048, clones: 0, hasTemplate: false, nodes: 1 };
export const FLEET: Work = { memory: 2048, clones: 5, hasTemplate: true, nodes: 1 };
export const fleetOf = (clones: number): Work => ({ ...FLEET, clones });
export const OVER_THREE: Work = { ...FLEET, clones: 6, nodes: 3 };

/** Variables of the work, by the names that the playbooks of all ways use. */
export function variables(work: Work, image: Image, publicKey: string) {
  return {
    // A template is cloned to other nodes on a storage that all of them have.
    storage: work.nodes === 1 ? 'local' : SHARED_STORAGE,
    image_url: image.url,
    image_checksum: `sha256:${image.digest}`,
    image_digest: image.digest,
    image_path: image.path,
    vm_id: VMID,
    vm_name: 'debian-12',
    vm_memory: work.memory,
    vm_disk_size: '7G',
    vm_user: 'admin',
    vm_password: 's3cret-Pa55',
    vm_ssh_keys: [publicKey],
    vm_ip: '10.98.0.20/24',
    vm_gw: GATEWAY,
    vm_dns: GATEWAY,
    vm_domain: 'example.test',
    vm_template: work.hasTemplate,
    clones: Array.from({ length: work.clones }, (_, index) => cloneOf(index, work)),
  } as const;
}

export type Variables = ReturnType<typeof variables>;

function cloneOf(index: number, { nodes }: Work): Clone {
  return {
    name: `clone-${index + 1}`,
    vmid: FIRST_CLONE + index,
    ip: `10.98.0.${30 + index}/24`,
    gw: GATEWAY,
    cores: 1,
    memory: 1024,
    ...(nodes > 1 && { node: `pve0${String(1 + (index % nodes))}` }),
    start: false,
  };
}

/** Lines that the configuration of a VM must have. */
interface Demand {
  readonly vmid: number;
  readonly node: string;
  readonly lines: readonly RegExp[];
}

/** The lines that the configuration of the VM and of each clone must have, whoever made it: nobody wins by leaving work out. */
export function demands(vars: Variables): readonly Demand[] {
  const vm = [
    new RegExp(`^name: ${vars.vm_name}$`, 'm'),
    new RegExp(`^memory: ${vars.vm_memory}$`, 'm'),
    new RegExp(`^scsi0: .*size=${vars.vm_disk_size}`, 'm'),
    /^(ide2|scsi30): .*cloudinit/m,
    /^ciuser: admin$/m,
    /^cipassword: /m,
    /^sshkeys: /m,
    ...(vars.vm_template ? [/^template: 1$/m] : []),
  ];
  return [{ vmid: VMID, node: FIRST_NODE, lines: vm }, ...vars.clones.map(demandsOfClone)];
}

function demandsOfClone({ vmid, ip, cores, memory, node = FIRST_NODE }: Clone): Demand {
  return {
    vmid,
    node,
    lines: [
      new RegExp(`^ipconfig0: .*ip=${ip}`, 'm'),
      new RegExp(`^memory: ${memory}$`, 'm'),
      new RegExp(`^cores: ${cores}$`, 'm'),
    ],
  };
}

export const isPveCall = ({ argv: [program = ''] }: LoggedCommand): boolean =>
  program === 'qm' || program === 'pvesm';
