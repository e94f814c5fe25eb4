/** One file that the build writes: where, and what. */
export interface GeneratedFile {
  /** Relative to the root of the project. */
  readonly path: string;
  readonly content: string;
}

export const ROLE = 'role/proxmox';
