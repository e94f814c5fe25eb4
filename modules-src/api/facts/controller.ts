import type { Readings } from '../../sdk/cluster.ts';
import { crypt as cryptHere } from '../../system/crypt.ts';
import { readText as readHere } from '../../system/files.ts';

/** Files and programs are those of the machine on which the module runs. */
export const readText = (): Readings['readText'] => readHere;

export const crypt = (): Readings['crypt'] => cryptHere;
