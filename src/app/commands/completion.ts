// lamplight completion: a script for the shell, made from the commands and options that there are.
import type { Command } from 'commander';
import { printMisuse } from '../print.ts';

interface Known {
  /** Words before it: `user add`. */
  path: string;
  subcommands: { name: string; says: string }[];
  options: { flag: string; says: string; takesFile: boolean }[];
  /** Its arguments are files. */
  files: boolean;
}

export function completionCommand(program: Command, shell: string): number {
  const known = commandsOf(program, '');
  const script = Object.hasOwn(shells, shell) ? shells[shell]!(known) : undefined;
  if (script === undefined)
    return printMisuse(`There is no completion for ${JSON.stringify(shell.slice(0, 40))}`, 'choose bash, zsh or fish');
  process.stdout.write(script);
  return 0;
}

function commandsOf(command: Command, path: string): Known[] {
  const options = command.options
    .filter((option) => option.long !== undefined && option.long !== null)
    .map((option) => ({ flag: option.long!, says: option.description, takesFile: /<file>/.test(option.flags) }));
  const own: Known = {
    path,
    subcommands: command.commands.map((one) => ({ name: one.name(), says: one.description() })),
    options: [...options, { flag: '--help', says: 'display help', takesFile: false }],
    files: command.registeredArguments.some((argument) => argument.name() === 'files'),
  };
  return [own, ...command.commands.flatMap((one) => commandsOf(one, path === '' ? one.name() : `${path} ${one.name()}`))];
}

const words = (one: Known): string => [...one.subcommands.map(({ name }) => name), ...one.options.map(({ flag }) => flag)].join(' ');
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const shells: Record<string, (known: Known[]) => string> = {
  bash: (known) => `# lamplight completion for bash: source <(lamplight completion bash)
_lamplight() {
  local word="\${COMP_WORDS[COMP_CWORD]}" trail="" at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in -*) ;; *) trail="\${trail:+$trail }\${COMP_WORDS[at]}" ;; esac
  done
  while :; do
    case "$trail" in
${known.map((one) => `      ${quoted(one.path)}) COMPREPLY=($(compgen ${one.files ? '-f ' : ''}-W ${quoted(words(one))} -- "$word")); return ;;`).join('\n')}
    esac
    [[ "$trail" == *" "* ]] && trail="\${trail% *}" || trail=""
  done
}
complete -o filenames -o bashdefault -F _lamplight lamplight
`,

  zsh: (known) => `#compdef lamplight
# lamplight completion for zsh: source <(lamplight completion zsh)
_lamplight() {
  local trail="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ "$word" == -* ]] || trail="\${trail:+$trail }$word"
  done
  local -a found
  while :; do
    case "$trail" in
${known
  .map((one) => {
    const entries = [...one.subcommands, ...one.options.map(({ flag, says }) => ({ name: flag, says }))];
    const list = entries.map(({ name, says }) => quoted(`${name}:${says.replaceAll(':', ' -')}`)).join(' ');
    return `      ${quoted(one.path)}) found=(${list}); _describe -t commands lamplight found${one.files ? '; _files' : ''}; return ;;`;
  })
  .join('\n')}
    esac
    [[ "$trail" == *" "* ]] && trail="\${trail% *}" || trail=""
  done
}
if [[ "$funcstack[1]" == _lamplight ]]; then _lamplight "$@"; else compdef _lamplight lamplight; fi
`,

  fish: (known) => `# lamplight completion for fish: lamplight completion fish > ~/.config/fish/completions/lamplight.fish
complete -c lamplight -f
${known
  .flatMap((one) => {
    const seen = one.path === '' ? [] : one.path.split(' ');
    const condition =
      seen.length === 0
        ? '__fish_use_subcommand'
        : seen.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ') +
          (one.subcommands.length === 0
            ? ''
            : `; and not __fish_seen_subcommand_from ${one.subcommands.map(({ name }) => name).join(' ')}`);
    return [
      ...one.subcommands.map(({ name, says }) => `complete -c lamplight -n ${quoted(condition)} -a ${name} -d ${quoted(says)}`),
      ...one.options.map(
        ({ flag, says, takesFile }) =>
          `complete -c lamplight -n ${quoted(condition)} -l ${flag.slice(2)} ${takesFile ? '-r -F ' : ''}-d ${quoted(says)}`,
      ),
      ...(one.files ? [`complete -c lamplight -n ${quoted(condition)} -F`] : []),
    ];
  })
  .join('\n')}
`,
};
