/** Completion scripts, generated from the commands: never stale. */
import type { ArgumentSpec, CommandOutline, OptionSpec, OptionSpecs } from './command-outline.ts'
import { GLOBAL_OPTIONS } from './globals.ts'
import { GROUPS } from './groups.ts'

/** The shells that scripts are generated for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
/** One of these shells. */
export type Shell = (typeof SHELLS)[number]

/** The script of a shell. */
export function completionScript(shell: Shell, commands: readonly CommandOutline[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands)
    case 'zsh':
      return zshScript(commands)
    case 'fish':
      return fishScript(commands)
  }
}

/** A word that may come next, with what it is for. */
interface Word {
  readonly word: string
  readonly about: string
}

/** What may follow a path of commands: commands first, then options, then fixed words. */
interface Place {
  /** `''`, `vote`, `keys`, `keys rotate`. */
  readonly path: string
  readonly commands: readonly Word[]
  readonly options: readonly Word[]
  readonly choices: readonly Word[]
}

function places(commands: readonly CommandOutline[]): Place[] {
  const groups = Object.entries(GROUPS).map(([word, about]) => ({ word, about }))
  const single = commands.filter(({ name }) => !name.includes(' '))
  const top = single.map(({ name, about }) => ({ word: name, about }))
  return [
    { path: '', commands: [...top, ...groups], options: optionWords(GLOBAL_OPTIONS), choices: [] },
    ...groups.map(({ word }) => groupPlace(word, commands)),
    ...commands.map(commandPlace),
  ]
}

const groupPlace = (group: string, commands: readonly CommandOutline[]): Place => ({
  path: group,
  commands: commands
    .filter(({ name }) => name.startsWith(`${group} `))
    .map(({ name, about }) => ({ word: name.slice(group.length + 1), about })),
  options: optionWords(GLOBAL_OPTIONS),
  choices: [],
})

const commandPlace = ({ name, args, options }: CommandOutline): Place => ({
  path: name,
  commands: [],
  options: [...optionWords(options), ...optionWords(GLOBAL_OPTIONS)],
  choices: [...Object.values(args), ...Object.values(options)].flatMap(choicesOf),
})

const choicesOf = (spec: ArgumentSpec | OptionSpec): Word[] =>
  'choices' in spec && spec.choices ? spec.choices.map((word) => ({ word, about: spec.about })) : []

const optionWords = (specs: OptionSpecs): Word[] =>
  Object.entries(specs).map(([name, { about }]) => ({
    word: `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    about,
  }))

const wordsOf = ({ commands, options, choices }: Place): string[] =>
  [...commands, ...options, ...choices].map(({ word }) => word)

/** Where nothing of ours fits, bash and zsh complete file names. */
function bashScript(commands: readonly CommandOutline[]): string {
  const cases = places(commands).map(
    (place) => `    '${place.path}') words='${wordsOf(place).join(' ')} --help' ;;`,
  )
  return `# bash completion of folkmoot: source <(folkmoot completion bash)
_folkmoot() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      -*) ;;
      *) case " ${allPaths(commands)} " in
        *" \${path:+$path/}\${COMP_WORDS[i]} "*) path="\${path:+$path/}\${COMP_WORDS[i]}" ;;
      esac ;;
    esac
  done
  case "\${path/\\// }" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _folkmoot folkmoot
`
}

/** All paths, their words joined by `/` so that blanks may separate them. */
const allPaths = (commands: readonly CommandOutline[]): string =>
  places(commands)
    .map(({ path }) => path.replace(' ', '/'))
    .filter((path) => path !== '')
    .join(' ')

function zshScript(commands: readonly CommandOutline[]): string {
  const described = ({ word, about }: Word): string =>
    `'${word.replaceAll(':', '\\:')}:${about.replaceAll("'", '').replaceAll(':', '\\:')}'`
  const cases = places(commands).map((place) => {
    const words = [...place.commands, ...place.options, ...place.choices]
    return `    '${place.path}') candidates=(${words.map(described).join(' ')}) ;;`
  })
  return `#compdef folkmoot
# zsh completion of folkmoot: folkmoot completion zsh > "\${fpath[1]}/_folkmoot"
_folkmoot() {
  local -a candidates
  local place='' word
  for word in \${\${words[2,CURRENT-1]}:#-*}; do
    case " ${allPaths(commands)} " in
      *" \${place:+$place/}$word "*) place="\${place:+$place/}$word" ;;
    esac
  done
  case "\${place/\\// }" in
${cases.join('\n')}
  esac
  _describe folkmoot candidates || _files
}
compdef _folkmoot folkmoot
`
}

function fishScript(commands: readonly CommandOutline[]): string {
  const lines = places(commands).flatMap((place) => {
    const test = `__folkmoot_at '${place.path}'`
    const word = ({ word: text, about }: Word): string =>
      `complete -c folkmoot -n "${test}" ${text.startsWith('--') ? `-l ${text.slice(2)}` : `-f -a '${text}'`} -d '${about.replaceAll("'", '')}'`
    return [...place.commands, ...place.options, ...place.choices].map(word)
  })
  return `# fish completion of folkmoot
set -g __folkmoot_paths ${allPaths(commands)}
function __folkmoot_at
  set -l place ''
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and continue
    set -l next (string trim -l -c / "$place/$word")
    contains $next $__folkmoot_paths; and set place $next
  end
  test "$(string replace / ' ' $place)" = "$argv[1]"
end
${lines.join('\n')}
`
}
