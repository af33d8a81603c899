import type { CommandGroup } from './command.ts';
import { kinds, type KindInfo } from './kinds.ts';

const git: KindInfo = kinds.gitRepository;
const ks: KindInfo = kinds.kustomization;

/** Every command there is. What a command needs is imported when it is called: `version` starts in the time of bare Node. */
export const tree: CommandGroup = {
  summary: 'Sluice keeps Kubernetes clusters equal to what Git says.',
  children: {
    get: {
      summary: 'Show objects and their state',
      children: {
        sources: {
          summary: 'Show sources',
          aliases: ['source'],
          children: {
            git: {
              summary: 'Show GitRepositories',
              load: () => import('./get/get.ts').then((m) => m.getCommand(git, 'sources git')),
            },
            all: {
              summary: 'Show all sources',
              load: () => import('./get/get-all.ts').then((m) => m.getAllCommand([git], 'sources all')),
            },
          },
        },
        kustomizations: {
          summary: 'Show Kustomizations',
          aliases: ['kustomization', 'ks'],
          load: () => import('./get/get.ts').then((m) => m.getCommand(ks, 'kustomizations')),
        },
        all: {
          summary: 'Show everything',
          load: () => import('./get/get-all.ts').then((m) => m.getAllCommand([git, ks], 'all')),
        },
      },
    },
    reconcile: {
      summary: 'Ask for a reconcile now and wait for its end',
      children: {
        source: {
          summary: 'Reconcile sources',
          children: {
            git: {
              summary: 'Reconcile a GitRepository',
              load: () => import('./reconcile/reconcile.ts').then((m) => m.reconcileCommand(git)),
            },
          },
        },
        kustomization: {
          summary: 'Reconcile a Kustomization',
          aliases: ['ks'],
          load: () => import('./reconcile/reconcile.ts').then((m) => m.reconcileCommand(ks)),
        },
      },
    },
    suspend: {
      summary: 'Stop reconciling objects',
      children: {
        source: {
          summary: 'Suspend sources',
          children: {
            git: {
              summary: 'Suspend GitRepositories',
              load: () => import('./suspend/suspend.ts').then((m) => m.suspendCommand(git)),
            },
          },
        },
        kustomization: {
          summary: 'Suspend Kustomizations',
          aliases: ['ks'],
          load: () => import('./suspend/suspend.ts').then((m) => m.suspendCommand(ks)),
        },
      },
    },
    resume: {
      summary: 'Go on reconciling suspended objects',
      children: {
        source: {
          summary: 'Resume sources',
          children: {
            git: {
              summary: 'Resume GitRepositories',
              load: () => import('./suspend/resume.ts').then((m) => m.resumeCommand(git)),
            },
          },
        },
        kustomization: {
          summary: 'Resume Kustomizations',
          aliases: ['ks'],
          load: () => import('./suspend/resume.ts').then((m) => m.resumeCommand(ks)),
        },
      },
    },
    build: {
      summary: 'Build a kustomization, as kustomize build does',
      own: () => import('./build/build.ts').then((m) => m.buildCommand),
      children: {
        kustomization: {
          summary: 'Render what the controller would apply for a Kustomization',
          aliases: ['ks'],
          load: () => import('./build/build-kustomization.ts').then((m) => m.buildKustomizationCommand),
        },
      },
    },
    local: {
      summary: 'Run the whole loop on this machine, without a cluster',
      load: () => import('./local/local.ts').then((m) => m.localCommand),
    },
    version: { summary: 'Show the version', load: () => import('./version.ts').then((m) => m.versionCommand) },
  },
};
