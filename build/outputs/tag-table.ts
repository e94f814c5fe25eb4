import { stages } from '../../role-src/stages.ts';
import { onlyTags } from '../../role-src/stage-selection.ts';
import { table } from './markdown.ts';

/** The stages with their tags, and the tags that run one alone. */
export const stageTable = (): string =>
  table(
    ['Stage', 'Does', 'Tags', 'Alone'],
    stages.map((stage, index) => [
      `${index + 1} ${stage.name}`,
      stage.purpose,
      stage.tags.join(', '),
      `\`--tags ${onlyTags(stage)}\``,
    ]),
  );

/** What the specification promises of tags; `test/role/tags.test.ts` runs every row. */
export const TAG_PROMISES: readonly (readonly [string, readonly number[]])[] = [
  ['--tags preflight', [1]],
  ['--tags image', [2]],
  ['--tags vm,create', [3]],
  ['--tags vm,configure', [4]],
  ['--tags template,create', [5]],
  ['--tags clones,create', [6]],
  ['--tags image,always', [1, 2]],
  ['--tags vm', [3, 4]],
  ['--tags template', [5, 6]],
  ['--skip-tags template', [1, 2, 3, 4]],
  ['--skip-tags clones', [1, 2, 3, 4, 5]],
  ['--skip-tags image', [1, 3, 4, 5, 6]],
  ['', [1, 2, 3, 4, 5, 6]],
];

export const tagTable = (): string =>
  table(
    ['Command line', 'Runs the stages'],
    TAG_PROMISES.map(([options, numbers]) => [
      options === '' ? 'no tags' : `\`${options}\``,
      numbers.join(', '),
    ]),
  );
