/**
 * What each shell is told. All of them ask `taskwerk __complete -- WORDS`, which answers one candidate a line, a tab and what it
 * is; a line `:files` asks for the shell's own file names. A candidate that ends in `:` `=` or `,` goes on. No answer is ever
 * evaluated: a title or a tag cannot become a command.
 */
export type Shell = "bash" | "zsh" | "fish";

const BASH = `# taskwerk completion for bash. In ~/.bashrc:  source <(taskwerk completion bash)
_taskwerk() {
  local line=\${COMP_LINE:0:COMP_POINT} cur="" at=0 i rest bare word value
  local -a words=() values=() about=()
  COMPREPLY=()
  # bash splits words at : and = too; what has no space between belongs together.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    rest=\${line:at}
    bare=\${rest#"\${rest%%[![:space:]]*}"}
    [[ $i -eq COMP_CWORD ]] && word=$bare
    if [[ $i -gt 0 && -n $rest && $rest == "$bare" ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    at=$((\${#line} - \${#bare} + \${#word}))
  done
  cur=\${words[\${#words[@]}-1]}
  while IFS=$'\\t' read -r value word; do
    if [[ $value == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$cur")
      return
    fi
    values+=("$value")
    about+=("$word")
  done < <(taskwerk __complete -- "\${words[@]:1}" 2>/dev/null)
  # What stands before the last : or = is on the line already.
  local before=\${cur%"\${cur##*[:=]}"}
  for ((i = 0; i < \${#values[@]}; i++)); do
    value=\${values[i]}
    [[ $value == *[:=,] ]] && compopt -o nospace 2>/dev/null
    [[ -n $before && $value == "$before"* ]] && value=\${value#"$before"}
    if [[ $COMP_TYPE == 63 && \${#values[@]} -gt 1 && -n \${about[i]} ]]; then
      printf -v value '%-16s  %s' "$value" "\${about[i]}"
      COMPREPLY+=("\${value:0:\${COLUMNS:-80}-2}")
    else
      [[ $value == *[!A-Za-z0-9_@%+=:,./-]* ]] && printf -v value '%q' "$value"
      COMPREPLY+=("$value")
    fi
  done
}
complete -o nosort -F _taskwerk taskwerk 2>/dev/null || complete -F _taskwerk taskwerk
`;

const ZSH = `#compdef taskwerk
# taskwerk completion for zsh. In ~/.zshrc, after compinit:  source <(taskwerk completion zsh)
_taskwerk() {
  local line value
  local -a before open_values open_shown values shown
  before=("\${(@Q)words[2,CURRENT-1]}")
  for line in "\${(@f)$(taskwerk __complete -- "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    [[ -z $line ]] && continue
    value=\${line%%$'\\t'*}
    if [[ $value == :files ]]; then
      _files
      return
    fi
    line=\${(r:16:)value}"  \${line#*$'\\t'}"
    if [[ $value == *[:=,] ]]; then
      open_values+=("$value")
      open_shown+=("\${line[1,COLUMNS-2]}")
    else
      values+=("$value")
      shown+=("\${line[1,COLUMNS-2]}")
    fi
  done
  (( \${#values} )) && compadd -U -V taskwerk -l -d shown -a values
  (( \${#open_values} )) && compadd -U -V taskwerk-open -l -S '' -d open_shown -a open_values
  return 0
}
if [[ \${funcstack[1]} == _taskwerk ]]; then
  _taskwerk "$@"
else
  compdef _taskwerk taskwerk
fi
`;

const FISH = `# taskwerk completion for fish:  taskwerk completion fish > ~/.config/fish/completions/taskwerk.fish
function __taskwerk_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (taskwerk __complete -- $words[2..-1] (string unescape -- $current; or echo $current) 2>/dev/null)
        if string match -q ':files*' -- $line
            __fish_complete_path "$current"
        else
            printf '%s\\n' $line
        end
    end
end
complete -c taskwerk -f -k -a '(__taskwerk_complete)'
`;

/** The script of each shell. */
export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
