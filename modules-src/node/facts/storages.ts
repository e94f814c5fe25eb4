import { readText } from '../../system/files.ts';

export const readStorages = async (): Promise<string> => (await readText('/etc/pve/storage.cfg')) ?? '';
