import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GitRepo } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { condition } from '../test/condition.ts';
import { startRig } from '../test/rig.ts';

const run = promisify(execFile);

describe.skipIf(spawnSync('ssh-keygen', ['-?']).error !== undefined)('verification', () => {
  // source 20.8-126, 20.8-127, 20.8-130, 20.8-131, 20.8-132, 20.8-133, 20.8-134, 20.8-136
  test('commits and tags', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    const repo = await rig.createRepo();
    const unsigned = await repo.commit({ a: '1' });
    await repo.git('tag', 'v1.0.0');
    const { publicKey, fingerprint } = await signCommits(repo);
    const signed = await repo.commit({ a: '2' });
    await repo.git('tag', '-s', '-m', 'signed', 'v1.1.0');
    await repo.git('push', '-q', 'origin', '--tags');
    const tagObject = await repo.git('rev-parse', 'v1.1.0');

    const verify = (mode: 'HEAD' | 'Tag' | 'TagAndHEAD') => ({ mode, secretRef: { name: 'keys' } });
    await rig.create('app', { verify: verify('HEAD') });
    const verifiedAs = (start: string) =>
      rig.until('app', (current) => condition(current, 'SourceVerified')?.startsWith(start) === true);
    expect(condition(await verifiedAs('False VerificationError'), 'SourceVerified')).toBe(
      'False VerificationError: public keys secret error: secrets "keys" not found',
    );
    await rig.secret('keys', { 'dev.sshpub': publicKey });
    const head = await rig.ready('app');
    expect(condition(head, 'SourceVerified')).toBe(
      `True Succeeded: verified signature of\n\t- commit '${signed}' with key '${fingerprint}'`,
    );
    expect(head.status?.sourceVerificationMode).toBe('HEAD');

    await rig.patch('app', { spec: { verify: verify('Tag') } });
    const stalled = await verifiedAs('False InvalidVerificationMode');
    expect(condition(stalled, 'Stalled')).toContain(
      "cannot verify tag object's signature if a tag reference is not specified",
    );

    await rig.patch('app', { spec: { verify: verify('TagAndHEAD'), ref: { branch: null, semver: '1.x' } } });
    const both = await rig.ready('app');
    expect(condition(both, 'SourceVerified')).toBe(
      `True Succeeded: verified signature of\n\t- tag 'v1.1.0@${tagObject}' with key '${fingerprint}'\n\t- commit '${signed}' with key '${fingerprint}'`,
    );

    await rig.patch('app', { spec: { ref: { semver: null, tag: 'v1.0.0' } } });
    const lightweight = await verifiedAs('False InvalidGitObject');
    expect(condition(lightweight, 'Ready')).toBe(
      "False InvalidGitObject: cannot verify signature of tag 'v1.0.0' since it is not signed",
    );
    expect(lightweight.status?.artifact).toEqual(both.status?.artifact);

    await rig.patch('app', { spec: { verify: verify('HEAD') } });
    expect(condition(await verifiedAs('False InvalidCommitSignature'), 'Ready')).toBe(
      `False InvalidCommitSignature: signature verification of commit '${unsigned}' failed: unsupported signature type: empty`,
    );

    await rig.patch('app', { spec: { verify: null } });
    const without = await rig.ready('app');
    expect(condition(without, 'SourceVerified')).toBeUndefined();
    expect(without.status).not.toHaveProperty('sourceVerificationMode');
  });
});

async function signCommits(repo: GitRepo): Promise<{ publicKey: string; fingerprint: string }> {
  const key = join(repo.bareDir, 'signing-key');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  await repo.git('config', 'gpg.format', 'ssh');
  await repo.git('config', 'user.signingkey', key);
  await repo.git('config', 'commit.gpgsign', 'true');
  const { stdout } = await run('ssh-keygen', ['-l', '-f', key]);
  return { publicKey: await readFile(`${key}.pub`, 'utf8'), fingerprint: stdout.split(' ')[1] ?? '' };
}
