/** Commands with which members attest, and read what others attested. */
import { defineCommand } from '../command.ts'
import { DRY_RUN, PROPOSAL_ID } from './shared.ts'

const OUTCOMES = ['passed', 'warned', 'failed'] as const
const BECAUSE = { kind: 'text', value: 'text', about: 'what to know about it' } as const

const envelope = defineCommand({
  name: 'attest envelope',
  carries: true,
  about: 'attest what another tool signed: a DSSE envelope with an in-toto statement',
  isDefault: true,
  args: { proposal: { ...PROPOSAL_ID, optional: true } },
  options: {
    file: { kind: 'text', value: 'file', about: 'the envelope, JSON', required: true },
    key: { kind: 'list', value: 'file', about: 'public keys that may have signed it, PEM' },
    artefact: {
      kind: 'text',
      value: 'digest',
      about: 'the artefact that holds it, if it is over 64 KiB',
    },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot attest x4m2k7ra --file test.intoto.json --key ci.pub',
      does: 'verified with the key first; says what was verified',
    },
    {
      run: 'folkmoot attest --file build.intoto.json --key builder.pub',
      does: 'about its subjects, of no proposal',
    },
  ],
  run: async (input, context) => (await import('../acts/attest.ts')).envelope(input, context),
})

const review = defineCommand({
  name: 'attest review',
  carries: true,
  about: 'attest that we read the change, and what we think of it',
  args: {
    proposal: PROPOSAL_ID,
    verdict: { about: 'what we say', choices: ['approve', 'comment', 'reject'] },
  },
  options: {
    scope: { kind: 'list', value: 'word', about: 'what we looked at: security, docs' },
    because: BECAUSE,
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot attest review x4m2k7ra approve --scope security',
      does: 'counts towards gate `reviews`, once a stakeholder',
    },
  ],
  run: async (input, context) => (await import('../acts/attest.ts')).review(input, context),
})

const test = defineCommand({
  name: 'attest test',
  carries: true,
  about: 'attest how tests of the subjects went',
  args: { proposal: PROPOSAL_ID, result: { about: 'how it went', choices: OUTCOMES } },
  options: {
    suite: { kind: 'list', value: 'name', about: 'what was run' },
    subject: { kind: 'list', value: 'name', about: 'subjects of the proposal (default: all)' },
    url: { kind: 'text', value: 'url', about: 'where the run can be looked at' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot attest test x4m2k7ra passed --suite wire-conformance',
      does: 'a cell of the interop matrix; names the failures that it knows of',
    },
  ],
  run: async (input, context) => (await import('../acts/attest.ts')).test(input, context),
})

const build = defineCommand({
  name: 'attest build',
  carries: true,
  about: 'attest what our own build came to',
  args: { proposal: PROPOSAL_ID },
  options: {
    built: {
      kind: 'list',
      value: 'name=file',
      about: 'a subject and the file that we built; or name=sha256:…',
    },
    builder: { kind: 'text', value: 'uri', about: 'what built it', required: true },
    type: { kind: 'text', value: 'uri', about: 'how (default: urn:folkmoot:build:manual)' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot attest build x4m2k7ra --built core=out/core.tgz --builder https://ci.acme.example',
      does: 'the digest is of the file; equal ones are reproductions',
    },
  ],
  run: async (input, context) => (await import('../acts/attest.ts')).build(input, context),
})

const drill = defineCommand({
  name: 'attest drill',
  carries: true,
  about: 'attest that a procedure was carried out for practice',
  args: { proposal: PROPOSAL_ID, result: { about: 'how it went', choices: OUTCOMES } },
  options: {
    scenario: { kind: 'text', value: 'text', about: 'what was drilled (default: rollback)' },
    because: BECAUSE,
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot attest drill x4m2k7ra passed', does: 'the rollback was tried, and works' },
  ],
  run: async (input, context) => (await import('../acts/attest.ts')).drill(input, context),
})

const risk = defineCommand({
  name: 'attest risk',
  carries: true,
  about: 'attest that the risks were assessed again',
  args: {
    proposal: PROPOSAL_ID,
    verdict: { about: 'what we say', choices: ['acceptable', 'mitigated', 'unacceptable'] },
  },
  options: {
    risk: {
      kind: 'list',
      value: 'name:l:i',
      about: 'a risk with likelihood and impact from 1 to 5, then, if any, :mitigation',
    },
    register: {
      kind: 'flag',
      about: 'the open risks of `folkmoot register risks`, as it is frozen for this',
    },
    because: BECAUSE,
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot attest risk x4m2k7ra mitigated --register',
      does: 'names the frozen register: what gate `risks: registered` asks for',
    },
    {
      run: 'folkmoot attest risk x4m2k7ra mitigated --risk "data loss:1:5:backups"',
      does: 'meets gate `risks`, whatever the verdict: that is for voters',
    },
  ],
  run: async (input, context) => (await import('../acts/attest-risk.ts')).risk(input, context),
})

const list = defineCommand({
  name: 'attestations list',
  about: 'who attests what, and with which outer key',
  isDefault: true,
  args: { proposal: { ...PROPOSAL_ID, optional: true } },
  examples: [{ run: 'folkmoot attestations x4m2k7ra', does: 'all that gates of it read' }],
  run: async (input, context) => (await import('../acts/attestations.ts')).list(input, context),
})

const verify = defineCommand({
  name: 'attestations verify',
  about: 'verify every envelope again, and that it says what the member says',
  args: { proposal: { ...PROPOSAL_ID, optional: true } },
  examples: [
    { run: 'folkmoot attestations verify x4m2k7ra', does: 'exit 1 where evidence does not hold' },
  ],
  run: async (input, context) => (await import('../acts/attestations.ts')).verify(input, context),
})

const exportAll = defineCommand({
  name: 'attestations export',
  about: 'write the envelopes byte for byte, and their keys, for cosign and in-toto verifiers',
  args: { proposal: { ...PROPOSAL_ID, optional: true } },
  options: {
    out: { kind: 'text', value: 'dir', short: 'o', about: 'a folder', required: true },
  },
  examples: [
    {
      run: 'folkmoot attestations export x4m2k7ra -o evidence',
      does: 'one .intoto.json an attestation, .pem files of the keys, one bundle of all',
    },
  ],
  run: async (input, context) =>
    (await import('../acts/attestations.ts')).exportAll(input, context),
})

/** Commands about attestations. */
export const ATTESTING_COMMANDS = [
  envelope,
  review,
  test,
  build,
  drill,
  risk,
  list,
  verify,
  exportAll,
]
