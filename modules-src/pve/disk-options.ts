import { defineOptions } from '../sdk/option.ts';
import { SIZE, SIZE_INCREASE } from './size.ts';

/** The disk that a cloud image becomes. */
export const diskOptions = defineOptions({
  format: {
    type: 'str',
    choices: ['raw', 'qcow2'],
    description: 'Format on file storages; block storages are raw whatever it says.',
  },
  size_increase: {
    type: 'str',
    pattern: SIZE_INCREASE,
    description: 'Grow the disk by this much over the image, once: the size is noted with the import.',
  },
  size: {
    type: 'str',
    pattern: SIZE,
    description: 'Size of the disk; wins over the increase, and grows an older disk.',
  },
  cache: {
    type: 'str',
    choices: ['none', 'writethrough', 'writeback', 'unsafe', 'directsync'],
    description: 'Cache mode of the disk.',
  },
});
