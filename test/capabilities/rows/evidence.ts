/** Capabilities of evidence and records: attestations, artefacts, documents, notes, the log. */
import { type Capability, capability } from '../capability.ts'

/** What a coalition can prove. */
export const EVIDENCE_ROWS: readonly Capability[] = [
  capability(
    26,
    'Files that members stand behind are named by their digest, fetched from whoever has them, checked part by part.',
    {
      commands: ['artefact add', 'artefact get', 'artefact verify'],
      tests: [
        'node/cli/artefacts.test.ts > what one adds, another gets under its name, byte for byte',
        'test/e2e/artefacts.test.ts > 64 MiB, the source killed half-way: the other completes it, right, in little memory',
        'src/artefact/fetch-plan.test.ts > with peers that lie, stall, vanish and lack, it completes as long as one is honest',
      ],
    },
  ),
  capability(
    26,
    'Members write documents together, offline too; a proposal cites a frozen version that later edits do not change.',
    {
      commands: ['doc edit', 'doc freeze', 'propose'],
      tests: [
        'test/docs/write-together.test.ts > every command of the guide does what the guide says',
        'test/e2e/document-attacks.test.ts > each attack on a plain Automerge document does nothing between two daemons',
      ],
    },
  ),
  capability(
    41,
    'Every statement is signed over canonical bytes; evidence travels as DSSE; builds of several members must be equal where a track asks for it.',
    {
      commands: ['attest envelope', 'attest build', 'attestations verify', 'audit'],
      tests: [
        'test/acceptance/signature.test.ts > get the committed verdicts from the %s verifier',
        'src/proposal/gates/gates.test.ts > are equal at enough stakeholders other than the author, for every subject',
        'test/docs/attestations.test.ts > every command of the guide does what the guide says',
      ],
    },
  ),
  capability(
    42,
    'Who said what and when is a hash-linked log that anybody audits from a file; private notes are in it as commitments only.',
    {
      commands: ['log', 'export', 'audit', 'note add', 'note reveal'],
      tests: [
        'node/cli/audit.test.ts > takes no signature on trust, and no operation without one',
        'node/cli/audit.test.ts > misses what was left out',
        'node/cli/notes.test.ts > an export carries commitments and what was revealed, never a text that was not',
      ],
    },
  ),
]
