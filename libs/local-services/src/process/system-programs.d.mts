/** A program that the operating system has to bring. */
export interface SystemProgram {
  readonly title: string;
  readonly names: readonly string[];
  readonly debianPackage: string;
  readonly howToInstall: string;
}
export const SYSTEM_PROGRAMS: Readonly<
  Record<'redis' | 'chromium' | 'nginx' | 'prometheus' | 'postgres', SystemProgram>
>;
export function findProgram(names: readonly string[], searchPath?: string): Promise<string | undefined>;
export function ensureProgram(
  program: SystemProgram,
  onProgress?: (message: string) => void,
): Promise<string>;
