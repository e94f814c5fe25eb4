import { defineOptions } from '../../sdk/option.ts';
import { SIZE, SPACE } from '../text/size.ts';

/** How far images in the cache are trusted. */
export const cacheOptions = defineOptions({
  refresh: {
    type: 'str',
    choices: ['never', 'if-changed', 'always'],
    default: 'never',
    description: [
      '`never` keeps an image that is good.',
      '`if-changed` asks the sums file, else the server, whether there is another version, and downloads only then; a digest as checksum pins the image.',
      '`always` downloads again in each run.',
    ],
  },
  verify_cache: {
    type: 'str',
    choices: ['record', 'full'],
    default: 'record',
    description: [
      '`record` trusts a cached file whose size, inode and times are those that were recorded with its digest.',
      '`full` reads it whole and compares its digest.',
    ],
  },
  via: {
    type: 'str',
    choices: ['auto', 'controller', 'node'],
    description: [
      'By the API: who downloads the image. `controller` fetches, verifies and unpacks it and sends it to the storage; `node` is told the URL and the digest that it must have, and needs Sys.AccessNetwork.',
      '`auto`, the default, takes the node where it can, else the controller. By SSH the node downloads it always.',
    ],
  },
  max_size: {
    type: 'str',
    pattern: SIZE,
    description:
      'Size that neither a download nor what is unpacked from it may exceed; absent: what the cache has space for.',
    example: '20G',
  },
  reserve: {
    type: 'str',
    pattern: SPACE,
    default: '1G',
    description: 'Space that stays free in the file system of the cache, whatever a server sends.',
  },
  prune_days: {
    type: 'int',
    min: 1,
    description:
      'Days after which an image that this role fetched and no VM of the cluster came from, or a download that was given up, is removed from the cache; absent: never.',
  },
});
