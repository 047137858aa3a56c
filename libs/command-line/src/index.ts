export { durationOption, integerOption, refuse } from './options';
export { EXIT, HelpAsked, readCommandLine, tellOfCommandLine, UsageError } from './read-command-line';
