/** Commands about the keys that speak for members. */
import { defineCommand } from '../command.ts'
import { DRY_RUN } from './shared.ts'

const list = defineCommand({
  name: 'keys list',
  about: 'roots and node keys, what they may do, which are cut off',
  isDefault: true,
  examples: [{ run: 'folkmoot keys', does: 'keys of all members' }],
  run: async (_input, context) => (await import('../acts/keys.ts')).list(context),
})

const delegate = defineCommand({
  name: 'keys delegate',
  about: 'let the node key of this home speak for us',
  options: {
    can: {
      kind: 'text',
      value: 'list',
      about: 'what it may do (default: propose,vote,seal,attest,edit,case)',
    },
    label: { kind: 'text', value: 'text', about: 'a name for people' },
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot keys delegate', does: 'the root signs; join and found do this by themselves' },
    {
      run: 'folkmoot keys delegate --can case --label laptop',
      does: 'adds to what it may do; it takes nothing away: keys rotate --can does',
    },
  ],
  run: async (input, context) => (await import('../acts/keys.ts')).delegate(input, context),
})

const revoke = defineCommand({
  name: 'keys revoke',
  about: 'end a node key of ours: what it says after its last good operation is void',
  args: { key: { about: 'the key: a unique beginning of its hex digits' } },
  options: {
    because: { kind: 'text', value: 'text', about: 'why (default: no longer used)' },
    lastGood: { kind: 'text', value: 'cid', about: 'its last good operation (default: all held)' },
    never: { kind: 'flag', about: 'nothing that it ever said is good' },
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot keys revoke 3fa9c2', does: 'what we hold of it stands' },
    {
      run: 'folkmoot keys revoke 3fa9c2 --last-good bafyrei… --because "laptop stolen"',
      does: 'void after that operation, whenever it arrives',
    },
  ],
  run: async (input, context) => (await import('../acts/revoke.ts')).revoke(input, context),
})

const rotate = defineCommand({
  name: 'keys rotate',
  about: 'replace the node key of this home; needed after a store was lost or restored',
  options: {
    can: { kind: 'text', value: 'list', about: 'what the new key may do (default: as delegate)' },
    revokeOld: { kind: 'flag', about: 'also end the old key at its last operation that we hold' },
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot stop; folkmoot keys rotate; folkmoot up', does: 'the old key is kept' },
    {
      run: 'folkmoot stop; folkmoot keys rotate --revoke-old --can propose,vote; folkmoot up',
      does: 'from then on a key that votes and never seals',
    },
  ],
  run: async (input, context) => (await import('../acts/rotate.ts')).rotate(input, context),
})

const seal = defineCommand({
  name: 'keys seal',
  about: 'seal the node key of this home with a passphrase, which the node then starts with',
  examples: [
    { run: 'folkmoot keys seal', does: 'asks for a passphrase; the file itself is of no use then' },
    {
      run: 'folkmoot keys seal; FOLKMOOT_PASSPHRASE_FILE=/run/keys/node folkmoot up',
      does: 'a service brings it: from a file, or as its credential folkmoot-passphrase',
    },
  ],
  run: async (_input, context) => (await import('../acts/keys.ts')).seal(context),
})

const unseal = defineCommand({
  name: 'keys unseal',
  about: 'take the seal off the node key of this home',
  examples: [{ run: 'folkmoot keys unseal', does: 'the node starts without a passphrase again' }],
  run: async (_input, context) => (await import('../acts/keys.ts')).unseal(context),
})

/** Commands about keys. */
export const KEY_COMMANDS = [list, delegate, revoke, rotate, seal, unseal]
