import type { FoundPackage, FoundParts, PackageManager } from '../../model/found-parts.ts';
import { type ConfigEntry, example, live } from './config-entry.ts';
import { type GroupDraft, nameIn } from './group-draft.ts';

const INSTALL: Readonly<Record<PackageManager, string>> = {
  npm: 'npm ci',
  pnpm: 'pnpm install --frozen-lockfile',
  yarn: 'yarn install --frozen-lockfile',
};

/** Builds and tests of packages, and images. */
export const buildGroups = (parts: FoundParts, image: string): readonly GroupDraft[] => [
  ...parts.packages.flatMap(packageGroup),
  ...parts.images.map((folder) => imageGroup(folder, image)),
];

function packageGroup(found: FoundPackage): readonly GroupDraft[] {
  const { folder, manager, scripts } = found;
  const [builds, tests] = [scripts.includes('build'), scripts.includes('test')];
  if (!builds && !tests) return [];
  return [
    {
      name: nameIn(folder, builds ? 'build' : 'test'),
      comment: ['Runs the scripts of package.json; where one of them fails, nothing that comes later runs.'],
      members: [
        ...inFolder(folder),
        example('pre_deploy', [INSTALL[manager]], 'Where nobody has installed the dependencies before:'),
        ...(builds ? [live('build_command', `${manager} run build`)] : []),
        ...(tests ? [live('test_command', `${manager} run test`)] : []),
      ],
    },
  ];
}

/** The folder that commands run in. */
export const inFolder = (folder: string): readonly ConfigEntry[] =>
  folder === '' ? [] : [live('working_directory', folder)];

const imageGroup = (folder: string, image: string): GroupDraft => ({
  name: nameIn(folder, 'image'),
  comment: ['Builds the image of the Dockerfile. Its name is a proposal.'],
  members: [
    ...inFolder(folder),
    live('build_command', ['docker', 'build', '--tag', image, '.']),
    example('deploy_command', ['docker', 'push', image], 'Where the name begins with that of a registry:'),
  ],
});
