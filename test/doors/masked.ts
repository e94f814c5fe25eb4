/** What differs between two VMs that were made alike. */
export const masked = (config: string): string =>
  config
    .replaceAll(/(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/g, 'MAC')
    .replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/ctime=\d+/g, 'ctime=TIME')
    .replaceAll(/"seal"%3A"\w+"/g, 'SEAL')
    .replaceAll(/\$5\$[0-9a-f]+\$\S+/g, 'HASH');
