const RUN_DIRECTORY = '/var/run/qemu-server';

/** Files of a running VM, named as Proxmox VE names them. */
export interface RunFiles {
  readonly directory: string;
  readonly pid: string;
  /** Socket of QEMU's machine protocol. */
  readonly qmp: string;
  /** Socket of the guest agent. */
  readonly agent: string;
  /** Socket of the TPM's control channel. */
  readonly tpm: string;
  /** Socket of a serial port; what the guest prints is also kept in the file of the same name with the ending `.log`. */
  readonly serial: (port: string) => string;
  /** EFI variables of a VM without a disk for them: gone with the next start, as on Proxmox VE. */
  readonly temporaryVars: string;
}

export function runFiles(vmid: number): RunFiles {
  const prefix = `${RUN_DIRECTORY}/${vmid}`;
  return {
    directory: RUN_DIRECTORY,
    pid: `${prefix}.pid`,
    qmp: `${prefix}.qmp`,
    agent: `${prefix}.qga`,
    tpm: `${prefix}.swtpm`,
    serial: port => `${prefix}.${port}`,
    temporaryVars: `${prefix}.efivars`,
  };
}
