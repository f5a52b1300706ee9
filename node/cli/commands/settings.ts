/** Commands about the command itself: settings, completion, version. */
import { defineCommand } from '../command.ts'

const showConfig = defineCommand({
  name: 'config show',
  about: 'every setting with its value',
  isDefault: true,
  options: {
    origin: { kind: 'flag', about: 'also which layer set it: default, file, environment' },
  },
  examples: [{ run: 'folkmoot config show --origin', does: 'file and line, or the variable' }],
  run: async (input, context) => (await import('../acts/config.ts')).showConfig(input, context),
})

const setConfig = defineCommand({
  name: 'config set',
  about: 'change a setting in the file; a running daemon takes it up when it restarts',
  args: { key: { about: 'name of the setting' }, value: { about: 'its value; lists by commas' } },
  examples: [
    { run: 'folkmoot config set listen /ip4/0.0.0.0/tcp/4002', does: 'another port from now on' },
    { run: 'folkmoot config set logLevel debug', does: 'more in the log' },
  ],
  run: async (input, context) => (await import('../acts/config.ts')).setConfig(input, context),
})

const completion = defineCommand({
  name: 'completion',
  about: 'a completion script for a shell',
  args: { shell: { about: 'which shell', choices: ['bash', 'zsh', 'fish'] } },
  examples: [
    { run: 'source <(folkmoot completion bash)', does: 'in ~/.bashrc' },
    { run: 'folkmoot completion zsh > "$' + '{fpath[1]}/_folkmoot"', does: 'for zsh' },
    {
      run: 'folkmoot completion fish > ~/.config/fish/completions/folkmoot.fish',
      does: 'for fish',
    },
  ],
  run: async (input, context) => (await import('../acts/completion.ts')).completion(input, context),
})

const version = defineCommand({
  name: 'version',
  about: 'version of this build and the protocol that it speaks',
  examples: [{ run: 'folkmoot version --json', does: 'for scripts' }],
  run: async () => (await import('../acts/version.ts')).version(),
})

/** Commands about the command itself. */
export const SETTING_COMMANDS = [showConfig, setConfig, completion, version]
