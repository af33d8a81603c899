/** Excluded from every archive, unless a user's pattern includes them again. */
export const versionControl: readonly string[] = ['.git/', '.gitignore', '.gitmodules', '.gitattributes'];

/** Excluded besides, as long as there is no pattern of a user. */
export const notDeployed: readonly string[] = [
  '*.jpg',
  '*.jpeg',
  '*.gif',
  '*.png',
  '*.wmv',
  '*.flv',
  '*.tar.gz',
  '*.zip',
  '.github/',
  '.circleci/',
  '.travis.yml',
  '.gitlab-ci.yml',
  'appveyor.yml',
  '.drone.yml',
  'cloudbuild.yaml',
  'codeship-services.yml',
  'codeship-steps.yml',
  '**/.goreleaser.yml',
  '**/.sops.yaml',
  '**/.flux.yaml',
];
