export { durationOption, integerOption, refuse } from './options';
export {
  type Define,
  EXIT,
  HelpAsked,
  type ProgramText,
  readCommandLine,
  tellOfCommandLine,
  UsageError,
} from './read-command-line';
