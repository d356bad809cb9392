/**
 * What makes a shell complete the command line of Evoke. Each of these asks `evoke completion SHELL -- WORDS…`, which prints
 * which files may come next in a line, and then what else may, with a tab before what it is about. Words are handed over
 * as they are; nothing that is typed is evaluated.
 *
 * @module
 */

export type Shell = "bash" | "zsh" | "fish";

const BASH = `# Evoke's commands, options, files and names for bash, also the one of macOS. In ~/.bashrc: eval "$(evoke completion bash)"
_evoke() {
  local typed="\${COMP_WORDS[COMP_CWORD]}" files value about IFS=$'\\n'
  [[ $typed == "=" ]] && typed=
  COMPREPLY=()
  {
    IFS= read -r files
    while IFS=$'\\t' read -r value about; do
      [[ $value == "$typed"* ]] && COMPREPLY+=("$value")
    done
  } < <("\${COMP_WORDS[0]}" completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ $files != none ]]; then
    compopt -o filenames 2>/dev/null
    local folders_only=-f
    [[ $files == folders ]] && folders_only=-d
    while IFS= read -r value; do
      [[ $files != json || $value == *.json || -d $value ]] && COMPREPLY+=("$value")
    done < <(compgen $folders_only -- "$typed")
  fi
}
complete -F _evoke evoke evoke-nas
`;

const ZSH = `#compdef evoke evoke-nas
# Evoke's commands, options, files and names for zsh. In ~/.zshrc, after compinit: eval "$(evoke completion zsh)"
_evoke() {
  local files value about
  local -a offers typed
  typed=("\${(@Q)words[2,CURRENT]}")
  {
    IFS= read -r files
    while IFS=$'\\t' read -r value about; do
      offers+=("\${value//:/\\\\:}:$about")
    done
  } < <("\${(Q)words[1]}" completion zsh -- "\${(@)typed}" 2>/dev/null)
  compset -P '--*='
  (( $#offers )) && _describe evoke offers
  case $files in
    json) _files -g '*.json' ;;
    folders) _files -/ ;;
    any) _files ;;
  esac
}
if [ "\${funcstack[1]}" = _evoke ]; then
  _evoke "$@"
else
  compdef _evoke evoke evoke-nas
fi
`;

const FISH = `# Evoke's commands, options, files and names for fish. In ~/.config/fish/config.fish: evoke completion fish | source
function __evoke_offers
  set -l words (commandline -opc)
  set -l typed (commandline -ct)
  set -l lines ($words[1] completion fish -- $words[2..-1] "$typed" 2>/dev/null)
  set -l before (string match -r -- '^--[^=]+=' "$typed")
  set -l value (string replace -r -- '^--[^=]+=' '' "$typed")
  for line in $lines[2..-1]
    echo -- "$before$line"
  end
  switch "$lines[1]"
    case json
      for file in (__fish_complete_path "$value" | string match -r -- '.*(?:\\.json|/)(?:\\t.*)?$')
        echo -- "$before$file"
      end
    case folders
      for file in (__fish_complete_directories "$value" '')
        echo -- "$before$file"
      end
    case any
      for file in (__fish_complete_path "$value")
        echo -- "$before$file"
      end
  end
end
complete -c evoke -f -a '(__evoke_offers)'
complete -c evoke-nas -f -a '(__evoke_offers)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
