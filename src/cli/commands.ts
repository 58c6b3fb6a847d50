import type { Command } from './command.ts'

/** What may stand first on the command line: a command, or a noun with its verbs. */
export type Entry =
  | { readonly kind: 'command'; readonly summary: string; load(): Promise<Command> }
  | { readonly kind: 'noun'; readonly summary: string; load(): Promise<readonly Command[]> }

/** The command line, in the order of its help. The code behind a noun is loaded when the noun is used: it starts faster. */
export const ENTRIES: Readonly<Record<string, Entry>> = {
  table: {
    kind: 'noun',
    summary: 'write and read Delta tables',
    load: async () => (await import('./table-commands.ts')).tableCommands,
  },
  share: {
    kind: 'noun',
    summary: 'what is shared under one name',
    load: async () => (await import('./share-commands.ts')).shareCommands,
  },
  recipient: {
    kind: 'noun',
    summary: 'with whom it is shared',
    load: async () => (await import('./recipient-commands.ts')).recipientCommands,
  },
  connector: {
    kind: 'noun',
    summary: 'the runs of a Kadoa workflow, published to a customer',
    load: async () => (await import('./connector-commands.ts')).connectorCommands,
  },
  shared: {
    kind: 'noun',
    summary: 'what a recipient sees, over HTTP',
    load: async () => (await import('./shared-commands.ts')).sharedCommands,
  },
  store: {
    kind: 'noun',
    summary: 'what a storage can do',
    load: async () => [(await import('./store-probe.ts')).storeProbe],
  },
  serve: {
    kind: 'command',
    summary: 'answer recipients over the Delta Sharing protocol, until Ctrl-C',
    load: async () => (await import('./serve.ts')).serve,
  },
  demo: {
    kind: 'command',
    summary: 'publish runs of two workflows to ./deltaquill-demo, serve them, and read them back as the recipient',
    load: async () => (await import('./demo.ts')).demo,
  },
}
