/** What members work with: terms, suites, artefacts. */
import { defineKind, error, type Finding, type RegisterScene, warning } from '../kind.ts'

/** Terms that mean the same to all. */
export const glossary = defineKind({
  kind: 'glossary',
  about: 'what terms mean here, so that members mean the same by them',
  example: {
    row: 'exploited',
    fields:
      '--term exploited --definition "Used against a system of a member, with evidence" --aliases KEV',
    does: 'a term with what it means',
  },
  fields: {
    term: { shape: 'line', about: 'the term', required: true },
    definition: { shape: 'prose', about: 'what it means', required: true },
    aliases: { shape: 'lines', about: 'other words for it' },
    source: { shape: 'line', about: 'where it comes from: CVSS 4.0, SSVC, CSAF' },
  },
  shown: ['term', 'definition', 'aliases', 'source'],
  lint: (rows) => termFindings(rows),
})

/** One word for two rows. */
function termFindings(
  rows: readonly {
    readonly id: string
    readonly term: string
    readonly aliases?: readonly string[]
  }[],
): Finding[] {
  const meant = new Map<string, string>()
  const findings: Finding[] = []
  for (const { id, term, aliases = [] } of rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    for (const word of new Set([term, ...aliases].map((one) => one.trim().toLowerCase()))) {
      const other = meant.get(word)
      if (other === undefined) meant.set(word, id)
      else if (other !== id)
        findings.push(
          error('two-meanings', id, `"${word}" is defined in row ${other} too`, 'keep one of them'),
        )
    }
  return findings
}

/** Suites that prove that implementations work together. */
export const suites = defineKind({
  kind: 'suites',
  about: 'test suites and benchmarks, pinned so that everybody runs the same',
  example: {
    row: 'handshake',
    fields:
      '--title "Handshake interop" --covers compatibility --repo https://git.example/suites --commit 9f2c41d0aa57b6e1c3d8f0b2a4c6e8d0f1a3b5c7 --run "make handshake"',
    does: 'its name is what an interop gate and `attest test --suite` call it',
  },
  fields: {
    title: { shape: 'line', about: 'what it tests', required: true },
    covers: {
      shape: 'word',
      words: ['compatibility', 'security', 'performance', 'fuzzing', 'other'],
      about: 'what it is about',
      required: true,
    },
    repo: { shape: 'url', about: 'where it is' },
    commit: { shape: 'line', about: 'which version of it: a commit' },
    image: { shape: 'digest', about: 'the image that runs it' },
    run: { shape: 'line', about: 'how it is run' },
    components: { shape: 'components', about: 'what it tests' },
    owner: { shape: 'member', about: 'who looks after it' },
  },
  shown: ['title', 'covers', 'repo', 'commit', 'owner'],
  lint: (rows) =>
    rows.flatMap(({ id, repo, commit, image, run }) => [
      ...(image === undefined && (repo === undefined || commit === undefined)
        ? [
            error(
              'not-pinned',
              id,
              'two who run it may run different things',
              '--repo with --commit, or --image',
            ),
          ]
        : []),
      ...(commit !== undefined && !/^[0-9a-f]{40,64}$/.test(commit)
        ? [
            warning(
              'moving',
              id,
              `"${commit}" may come to mean another version`,
              'name a whole commit',
            ),
          ]
        : []),
      ...(run === undefined ? [warning('no-command', id, 'says not how it is run', '--run')] : []),
    ]),
})

/** Files that the coalition keeps. */
export const artefacts = defineKind({
  kind: 'artefacts',
  about: 'configurations, results, interpretations of policy: which file is what',
  example: {
    row: 'gateway-conf',
    fields:
      '--title "Gateway configuration" --what config --digest sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    does: 'the file itself is held with `folkmoot artefact add`',
  },
  fields: {
    title: { shape: 'line', about: 'what it is called', required: true },
    what: {
      shape: 'word',
      words: ['config', 'test-result', 'policy', 'build', 'report', 'advisory', 'other'],
      about: 'what kind of file',
      required: true,
    },
    digest: { shape: 'digest', about: 'its content', required: true },
    mediaType: { shape: 'line', about: 'its media type' },
    by: { shape: 'member', about: 'who made it' },
    note: { shape: 'prose', about: 'what else there is to say' },
    upgrade: { shape: 'line', about: 'the upgrade that it belongs to: its id' },
  },
  shown: ['title', 'what', 'digest', 'by'],
  lint: (rows, scene) => [...unannounced(rows, scene), ...doubles(rows)],
})

interface Named {
  readonly id: string
  readonly digest: string
}

const unannounced = (rows: readonly Named[], { artefacts: held }: RegisterScene): Finding[] =>
  rows.flatMap(({ id, digest }) =>
    held.has(digest)
      ? []
      : [
          warning(
            'not-announced',
            id,
            'no member announced an artefact of that digest',
            'folkmoot artefact add',
          ),
        ],
  )

const doubles = (rows: readonly Named[]): Finding[] =>
  [...Map.groupBy(rows, ({ digest }) => digest).values()].flatMap((same) => {
    const [first, ...rest] = same.map(({ id }) => id).sort()
    return rest.map((id) =>
      warning('duplicate', id, `is the same file as row ${first}`, 'remove one of them'),
    )
  })
