import type { Command } from './command.ts';

export const localCommand: Command = {
  summary: 'Run the whole loop on this machine, without a cluster.',
  examples: [
    'sluice local',
    'sluice local --once',
    'sluice local --path ./fleet',
    'sluice local --url https://git.example.com/fleet.git --branch main',
  ],
  offline: true,
  run: () => Promise.reject(new Error('local mode is not wired yet')),
};
