export { durationOption, integerOption, listOption, refuse, urlOption } from './options';
export {
  type Define,
  EXIT,
  HelpAsked,
  type ProgramText,
  readCommandLine,
  readEmptyCommandLine,
  tellOfCommandLine,
  UsageError,
} from './read-command-line';
